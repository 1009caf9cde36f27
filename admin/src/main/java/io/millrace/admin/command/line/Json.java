package io.millrace.admin.command.line;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** JSON as maps, lists, texts, numbers and truth values. Stateless. */
public final class Json {
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /** Reads a file that holds one value; a ToolFailure says where it is not JSON. */
    public static Object read(Path file) {
        try (var parser = FACTORY.createParser(Files.readString(file))) {
            parser.nextToken();
            return value(parser);
        } catch (JsonProcessingException e) {
            throw ToolFailure.of(file + " is not JSON: " + e.getOriginalMessage() + ", at line "
                    + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw ToolFailure.of("Unable to read file " + file);
        }
    }

    private static Object value(JsonParser parser) throws IOException {
        var token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            var map = new LinkedHashMap<String, Object>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var name = parser.currentName();
                parser.nextToken();
                map.put(name, value(parser));
            }
            return map;
        }
        if (token == JsonToken.START_ARRAY) {
            var list = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                list.add(value(parser));
            }
            return list;
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return parser.getLongValue();
        }
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return parser.getBooleanValue();
        }
        return token == null || token == JsonToken.VALUE_NULL ? null : parser.getText();
    }

    /** The named list of objects in a JSON object; a ToolFailure if the file says something else. */
    public static List<Map<?, ?>> objects(Path file, String name) {
        if (!(read(file) instanceof Map<?, ?> object) || !(object.get(name) instanceof List<?> list)) {
            throw ToolFailure.of(file + " must hold an object with a list of \"" + name + "\"");
        }
        var objects = new ArrayList<Map<?, ?>>();
        for (var each : list) {
            if (!(each instanceof Map<?, ?> map)) {
                throw ToolFailure.of(file + ": each of \"" + name + "\" must be an object");
            }
            objects.add(map);
        }
        return objects;
    }

    /** A field of this type; a ToolFailure if it is missing or something else. */
    public static <T> T field(Map<?, ?> object, String name, Class<T> type) {
        var value = object.get(name);
        if (!type.isInstance(value)) {
            throw ToolFailure.of("\"" + name + "\" is missing or not a "
                    + (type == Long.class ? "number" : type.getSimpleName().toLowerCase(Locale.ROOT))
                    + " in " + text(object));
        }
        return type.cast(value);
    }

    /** In one line. */
    public static String text(Object value) {
        var text = new StringWriter();
        try (var generator = FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Names and values in turn, in this order. */
    public static Map<String, Object> object(Object... namesAndValues) {
        var object = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (var entry : map.entrySet()) {
                generator.writeFieldName(String.valueOf(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof Iterable<?> list) {
            generator.writeStartArray();
            for (var element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else if (value instanceof Double real) {
            generator.writeNumber(real);
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value == null) {
            generator.writeNull();
        } else {
            generator.writeString(value.toString());
        }
    }
}

package io.millrace.broker.tool;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** One JSON object a line, each with the file and the kind of what it shows. */
final class JsonPrinter implements RowPrinter {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator generator;
    private String file;
    private int problems;

    JsonPrinter(OutputStream out) throws IOException {
        generator = JSON.createGenerator(out);
        generator.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    }

    /** A nested value in one line. */
    static String compact(Object value) throws IOException {
        var text = new StringWriter();
        try (var generator = JSON.createGenerator(text)) {
            write(generator, value);
        }
        return text.toString();
    }

    @Override
    public void begin(Path nextFile) {
        file = nextFile.toString();
    }

    @Override
    public void row(Row row) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("file", file);
        generator.writeStringField("kind", row.kind());
        for (var field : row.fields().entrySet()) {
            generator.writeFieldName(field.getKey());
            write(generator, field.getValue());
        }
        generator.writeEndObject();
    }

    @Override
    public void note(String text) throws IOException {
        row(Row.of("note").with("text", text));
    }

    @Override
    public void problem(String text) throws IOException {
        problems++;
        row(Row.of("problem").with("text", text));
    }

    @Override
    public int problems() {
        return problems;
    }

    @Override
    public void flush() throws IOException {
        generator.writeRaw('\n');
        generator.flush();
    }

    private static void write(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            for (var entry : map.entrySet()) {
                generator.writeFieldName(String.valueOf(entry.getKey()));
                write(generator, entry.getValue());
            }
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (var element : list) {
                write(generator, element);
            }
            generator.writeEndArray();
        } else {
            writeScalar(generator, value);
        }
    }

    private static void writeScalar(JsonGenerator generator, Object value) throws IOException {
        if (value instanceof OptionalLong optional) {
            writeScalar(generator, optional.isPresent() ? optional.getAsLong() : null);
        } else if (value instanceof Number number) {
            generator.writeNumber(number.longValue());
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof byte[] bytes) {
            generator.writeString(Base64.getEncoder().encodeToString(bytes));
        } else if (value == null) {
            generator.writeNull();
        } else {
            generator.writeString(value.toString());
        }
    }
}

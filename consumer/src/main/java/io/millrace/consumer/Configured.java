package io.millrace.consumer;

import io.millrace.consumer.serialization.Deserializer;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.HashMap;
import java.util.Map;

/** Makes what settings name by its class. Stateless. */
final class Configured {
    private static final String KAFKA_DESERIALIZERS = "org.apache.kafka.common.serialization.";
    private static final String OUR_DESERIALIZERS = Deserializer.class.getPackageName() + ".";

    private Configured() {}

    /** The settings as texts, whatever kind of map or values they come in; a class is meant by its name. */
    static Map<String, String> texts(Map<?, ?> given) {
        var texts = new HashMap<String, String>();
        given.forEach((name, value) -> {
            if (value != null) {
                texts.put(String.valueOf(name),
                        value instanceof Class<?> type ? type.getName() : String.valueOf(value));
            }
        });
        return texts;
    }

    /** The given deserializer, or, if it is null, the one that the setting names. */
    @SuppressWarnings("unchecked") // whether it suits the records' keys or values is the settings' word
    static <T> Deserializer<T> deserializer(Deserializer<T> given, Settings settings, Setting<String> setting,
            boolean isKey) {
        if (given != null) {
            return given;
        }
        var name = settings.get(setting);
        if (name == null) {
            throw new SettingException(setting.name() + " is missing: name a deserializer's class, such as "
                    + OUR_DESERIALIZERS + "StringDeserializer");
        }
        if (name.startsWith(KAFKA_DESERIALIZERS)) {
            name = OUR_DESERIALIZERS + name.substring(KAFKA_DESERIALIZERS.length());
        }
        var deserializer = (Deserializer<T>) make(Deserializer.class, name, setting);
        deserializer.configure(settings.given(), isKey);
        return deserializer;
    }

    /** A new object of the class with this name; throws {@link SettingException} if there cannot be one. */
    static <T> T make(Class<T> type, String className, Setting<?> setting) {
        try {
            var loader = Thread.currentThread().getContextClassLoader();
            var found = Class.forName(className, true, loader != null ? loader : type.getClassLoader());
            return type.cast(found.getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            throw new SettingException(
                    "Invalid value " + className + " for " + setting.name() + ": must be a "
                            + type.getName() + " with a constructor without parameters; " + e);
        }
    }
}

package io.millrace.admin.command.line;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settings that are given as name=value on a command line. Stateless. */
public final class NamedValues {
    private NamedValues() {}

    /** The names and values of the list, in its order. */
    public static Map<String, String> parse(List<String> given) {
        var parsed = new LinkedHashMap<String, String>();
        for (var property : given) {
            int equals = property.indexOf('=');
            if (equals <= 0) {
                throw ToolFailure.usage("Invalid property " + property + ": must be name=value");
            }
            parsed.put(property.substring(0, equals), property.substring(equals + 1));
        }
        return parsed;
    }

    /** Adds names and values in turn; those that are null are left out. */
    public static void put(Map<String, String> settings, String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (namesAndValues[i + 1] != null) {
                settings.put(namesAndValues[i], namesAndValues[i + 1]);
            }
        }
    }
}

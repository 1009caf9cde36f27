package io.millrace.benchmark.compare;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The options of a command line, {@code --name value} each. Immutable. */
record Options(Map<String, String> values, String usage) {

    /** Refuses names that the command does not have. */
    static Options parse(String[] arguments, Set<String> names, String usage) {
        var values = new HashMap<String, String>();
        for (int i = 0; i < arguments.length; i += 2) {
            if (!names.contains(arguments[i]) || i + 1 == arguments.length) {
                throw new IllegalArgumentException("cannot read " + arguments[i] + "; " + usage);
            }
            values.put(arguments[i], arguments[i + 1]);
        }
        return new Options(Map.copyOf(values), usage);
    }

    Path path(String name) {
        var value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(name + " is missing; " + usage);
        }
        return Path.of(value).toAbsolutePath();
    }

    int number(String name, int otherwise) {
        return Integer.parseInt(values.getOrDefault(name, Integer.toString(otherwise)));
    }

    String text(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }
}

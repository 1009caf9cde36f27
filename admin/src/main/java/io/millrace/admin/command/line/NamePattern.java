package io.millrace.admin.command.line;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Names given by a regular expression, or by a list with commas, as Kafka's tools take them. Immutable. */
public final class NamePattern {
    private final Pattern pattern;

    /** Null stands for every name. */
    public NamePattern(String given) {
        var text = given == null ? ".*"
                : given.strip().replace(',', '|').replace(" ", "").replaceAll("^[\"']+|[\"']+$", "");
        try {
            pattern = Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw ToolFailure.of(given + " is an invalid regex.");
        }
    }

    /** As a regular expression, for whole names. */
    public Pattern pattern() {
        return pattern;
    }

    public boolean matches(String name) {
        return pattern.matcher(name).matches();
    }
}

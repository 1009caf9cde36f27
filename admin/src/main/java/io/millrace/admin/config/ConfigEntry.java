package io.millrace.admin.config;

import java.util.List;

/**
 * A setting: its effective value, null if it is unset or sensitive, where that comes from, and the values that stand
 * behind it, the effective one first.
 */
public record ConfigEntry(String name, String value, ConfigSource source, boolean isReadOnly,
        boolean isSensitive,
        List<Synonym> synonyms, String documentation) {

    /** A value, under the name that it has at its source. */
    public record Synonym(String name, String value, ConfigSource source) {}

    public boolean isDefault() {
        return source == ConfigSource.DEFAULT_CONFIG;
    }
}

package io.millrace.protocol.setting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Parsed values of a {@link SettingCatalog}. Immutable: a change makes a new one. */
public final class Settings {
    private final SettingCatalog catalog;
    private final Map<String, String> given;
    private final Map<String, Object> values = new HashMap<>();

    private Settings(SettingCatalog catalog, Map<String, String> given) {
        this.catalog = catalog;
        this.given = Map.copyOf(given);
        for (var setting : catalog.all()) {
            values.put(setting.name(), valueOf(setting));
        }
        for (var name : given.keySet()) {
            var ofPart = values.containsKey(name) ? null : catalog.byName(name);
            if (ofPart != null) {
                values.put(name, valueOf(ofPart));
            }
        }
    }

    /** Parses what the catalog knows; throws {@link SettingException} on the first bad value. */
    public static Settings parse(SettingCatalog catalog, Map<String, String> given) {
        return new Settings(catalog, given);
    }

    private <T> T valueOf(Setting<T> setting) {
        var text = given.get(setting.name());
        if (text != null) {
            return setting.parse(text);
        }
        for (var alias : setting.aliases()) {
            var aliasText = given.get(alias.name());
            if (aliasText != null) {
                return parseAlias(setting, alias, aliasText);
            }
        }
        return setting.defaultValue();
    }

    private static <T> T parseAlias(Setting<T> setting, Setting.Alias alias, String text) {
        if (alias.multiplier() == 1) {
            return setting.parse(text);
        }
        long value;
        try {
            value = Long.parseLong(text.strip());
            value = value < 0 ? value : Math.multiplyExact(value, alias.multiplier());
        } catch (NumberFormatException | ArithmeticException e) {
            throw new SettingException(
                    "Invalid value " + text + " for " + alias.name() + ": must be a whole number in range");
        }
        return setting.parse(Long.toString(value));
    }

    @SuppressWarnings("unchecked")
    public <T> T get(Setting<T> setting) {
        if (catalog.byName(setting.name()) == null) {
            throw new IllegalArgumentException("not in this catalog: " + setting.name());
        }
        return values.containsKey(setting.name())
                ? (T) values.get(setting.name())
                : setting.defaultValue();
    }

    /** The effective value as text; null if unset. */
    public <T> String text(Setting<T> setting) {
        return setting.format(get(setting));
    }

    /** Whether the value was given, under its own name or an alias, rather than defaulted. */
    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting.name())
                || setting.aliases().stream().anyMatch(alias -> given.containsKey(alias.name()));
    }

    /** What was given, as text, unknown names included. */
    public Map<String, String> given() {
        return given;
    }

    public SettingCatalog catalog() {
        return catalog;
    }

    /** These settings with more values given on top. */
    public Settings with(Map<String, String> more) {
        var merged = new HashMap<>(given);
        merged.putAll(more);
        return new Settings(catalog, merged);
    }

    /** One warning for each given name that the catalog does not know: why it has no effect, or the nearest name. */
    public List<String> unknownNames() {
        var warnings = new ArrayList<String>();
        given.keySet().stream().sorted().filter(name -> !catalog.knows(name)).forEach(name -> warnings.add(
                catalog.reasonWithoutEffect(name)
                        .map(why -> "Setting " + name + " has no effect here: " + why)
                        .orElseGet(() -> "Unknown setting " + name + " is ignored" + catalog.nearest(name)
                                .map(near -> "; did you mean " + near + "?").orElse(""))));
        return warnings;
    }
}

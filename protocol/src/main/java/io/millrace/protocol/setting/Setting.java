package io.millrace.protocol.setting;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * One setting: its name, type, default, range and doc. Immutable; each refining method answers a new one.
 * A null default means "unset".
 */
public final class Setting<T> {

    /** Another name that sets the same thing in a coarser unit, as {@code log.retention.hours} does. */
    public record Alias(String name, long multiplier) {}

    /** What a value must satisfy, and how that is said in docs and errors. */
    private record Rule<T>(String text, Predicate<T> test) {}

    private final String name;
    private final SettingType type;
    private final T defaultValue;
    private final Function<String, T> parser;
    private final List<Rule<T>> rules;
    private final List<Alias> aliases;
    private final Reload reload;
    private final String scope;
    private final String doc;

    private Setting(
            String name,
            SettingType type,
            T defaultValue,
            Function<String, T> parser,
            List<Rule<T>> rules,
            Extras extras) {
        this.name = name;
        this.type = type;
        this.defaultValue = defaultValue;
        this.parser = parser;
        this.rules = rules;
        this.aliases = extras.aliases;
        this.reload = extras.reload;
        this.scope = extras.scope;
        this.doc = extras.doc;
    }

    private record Extras(List<Alias> aliases, Reload reload, String scope, String doc) {
        static final Extras NONE = new Extras(List.of(), Reload.AT_START, null, "");
    }

    private static <T> Setting<T> of(String name, SettingType type, T defaultValue,
            Function<String, T> parser) {
        return new Setting<>(name, type, defaultValue, parser, List.of(), Extras.NONE);
    }

    public static Setting<Boolean> ofBoolean(String name, boolean defaultValue) {
        return of(name, SettingType.BOOLEAN, defaultValue, Setting::parseBoolean);
    }

    public static Setting<Integer> ofInt(String name, Integer defaultValue) {
        return of(name, SettingType.INT, defaultValue, Integer::valueOf);
    }

    public static Setting<Long> ofLong(String name, Long defaultValue) {
        return of(name, SettingType.LONG, defaultValue, Long::valueOf);
    }

    public static Setting<Double> ofDouble(String name, Double defaultValue) {
        return of(name, SettingType.DOUBLE, defaultValue, Double::valueOf);
    }

    public static Setting<String> ofString(String name, String defaultValue) {
        return of(name, SettingType.STRING, defaultValue, Function.identity());
    }

    /** Comma-separated values, trimmed, empty ones dropped. */
    public static Setting<List<String>> ofList(String name, String... defaultValues) {
        return of(name, SettingType.LIST, List.of(defaultValues), Setting::parseList);
    }

    private static Boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    private static List<String> parseList(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    /** Adds a rule; its text completes "must be …". */
    public Setting<T> must(String text, Predicate<T> test) {
        var more = new ArrayList<>(rules);
        more.add(new Rule<>(text, test));
        return new Setting<>(name, type, defaultValue, parser, List.copyOf(more), extras());
    }

    public Setting<T> atLeast(long lowest) {
        return must("at least " + lowest, value -> ((Number) value).doubleValue() >= lowest);
    }

    public Setting<T> between(long lowest, long highest) {
        return must("from " + lowest + " to " + highest, value -> {
            double number = ((Number) value).doubleValue();
            return number >= lowest && number <= highest;
        });
    }

    /** The value, or each value of a list, must be one of these. */
    public Setting<T> oneOf(String... allowed) {
        var set = List.of(allowed);
        return must("one of " + String.join(", ", allowed),
                value -> value instanceof List<?> list ? set.containsAll(list) : set.contains(value));
    }

    public Setting<T> alias(String otherName, long multiplier) {
        var more = new ArrayList<>(aliases);
        more.add(new Alias(otherName, multiplier));
        return new Setting<>(name, type, defaultValue, parser, rules,
                new Extras(List.copyOf(more), reload, scope, doc));
    }

    public Setting<T> reload(Reload when) {
        return new Setting<>(name, type, defaultValue, parser, rules, new Extras(aliases, when, scope, doc));
    }

    /** Also holds for one part of the whole, under {@code <prefix><part>.<name>}; a part has no dot in its name. */
    public Setting<T> scoped(String prefix) {
        return new Setting<>(name, type, defaultValue, parser, rules,
                new Extras(aliases, reload, prefix, doc));
    }

    /** The setting of one part of the whole. */
    public Setting<T> forPart(String part) {
        return named(scope + part + "." + name);
    }

    public Setting<T> doc(String text) {
        return new Setting<>(name, type, defaultValue, parser, rules,
                new Extras(aliases, reload, scope, text));
    }

    /** The same setting under another name, without aliases and parts: a topic's default at the broker. */
    public Setting<T> named(String otherName) {
        return new Setting<>(otherName, type, defaultValue, parser, rules,
                new Extras(List.of(), reload, null, doc));
    }

    /** Parses and checks; throws {@link SettingException} with a message for the user. */
    public T parse(String text) {
        T value;
        try {
            value = parser.apply(text.strip());
        } catch (IllegalArgumentException e) {
            throw new SettingException("Invalid value " + text + " for " + name + ": must be " + typeText());
        }
        for (var rule : rules) {
            if (!rule.test.test(value)) {
                throw new SettingException(
                        "Invalid value " + text + " for " + name + ": must be " + rule.text);
            }
        }
        return value;
    }

    private String typeText() {
        return switch (type) {
            case BOOLEAN -> "true or false";
            case INT, SHORT -> "a 32-bit whole number";
            case LONG -> "a 64-bit whole number";
            case DOUBLE -> "a number";
            default -> "a " + type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** The text form of a value, as DescribeConfigs and docs show it; null for an unset one. */
    public String format(T value) {
        if (value == null) {
            return null;
        }
        return value instanceof List<?> list
                ? String.join(",", list.stream().map(String::valueOf).toList())
                : value.toString();
    }

    public String name() {
        return name;
    }

    public SettingType type() {
        return type;
    }

    public T defaultValue() {
        return defaultValue;
    }

    public String defaultText() {
        return format(defaultValue);
    }

    public List<Alias> aliases() {
        return aliases;
    }

    public Reload reload() {
        return reload;
    }

    /** The prefix of the names that set it for one part alone; null if there are none. */
    public String scope() {
        return scope;
    }

    public String doc() {
        return doc;
    }

    public boolean isSensitive() {
        return type == SettingType.PASSWORD;
    }

    /** What values must satisfy, for docs; empty if anything of the type goes. */
    public String rangeText() {
        return String.join("; ", rules.stream().map(Rule::text).toList());
    }

    private Extras extras() {
        return new Extras(aliases, reload, scope, doc);
    }

    @Override
    public String toString() {
        return name;
    }
}

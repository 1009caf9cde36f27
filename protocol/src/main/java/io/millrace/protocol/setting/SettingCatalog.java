package io.millrace.protocol.setting;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** All settings that one kind of thing understands: a broker, a topic, a client. Immutable. */
public final class SettingCatalog {
    private static final int FARTHEST_GUESS = 6;

    private final Map<String, Setting<?>> byName = new LinkedHashMap<>();
    private final Map<String, Setting<?>> byAlias = new HashMap<>();
    private final UnaryOperator<String> reasons;

    public SettingCatalog(Collection<? extends Setting<?>> settings) {
        this(settings, name -> null);
    }

    /** With the reasons why some further names, which may be given all the same, have no effect; null for others. */
    public SettingCatalog(Collection<? extends Setting<?>> settings, UnaryOperator<String> reasons) {
        this.reasons = reasons;
        for (var setting : settings) {
            if (byName.put(setting.name(), setting) != null) {
                throw new IllegalStateException("declared twice: " + setting.name());
            }
            for (var alias : setting.aliases()) {
                byAlias.put(alias.name(), setting);
            }
        }
    }

    public List<Setting<?>> all() {
        return List.copyOf(byName.values());
    }

    /** The setting of this exact name, aliases aside, or of one part under it; null if there is none. */
    public Setting<?> byName(String name) {
        var exact = byName.get(name);
        return exact != null ? exact : ofPart(name);
    }

    private Setting<?> ofPart(String name) {
        for (var setting : byName.values()) {
            if (setting.scope() != null && name.startsWith(setting.scope())) {
                int dot = name.indexOf('.', setting.scope().length() + 1);
                if (dot > 0 && name.substring(dot + 1).equals(setting.name())) {
                    return setting.named(name);
                }
            }
        }
        return null;
    }

    public boolean knows(String name) {
        return byName(name) != null || byAlias.containsKey(name);
    }

    /** Why a name that is not known has no effect; empty if nothing is known about it. */
    public Optional<String> reasonWithoutEffect(String name) {
        return Optional.ofNullable(reasons.apply(name));
    }

    /** The known name that is closest to a mistyped one, if any is close. */
    public Optional<String> nearest(String name) {
        var names = new ArrayList<>(byName.keySet());
        names.addAll(byAlias.keySet());
        String best = null;
        int bestDistance = Math.min(FARTHEST_GUESS, Math.max(2, name.length() / 3)) + 1;
        for (var candidate : names) {
            int distance = editDistance(name, candidate);
            if (distance < bestDistance) {
                best = candidate;
                bestDistance = distance;
            }
        }
        return Optional.ofNullable(best);
    }

    private static int editDistance(String a, String b) {
        var previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int swap = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(swap, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}

package io.millrace.protocol.setting;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All settings that one kind of thing understands: a broker, a topic, a client. Immutable. */
public final class SettingCatalog {
    private static final int FARTHEST_GUESS = 6;

    private final Map<String, Setting<?>> byName = new LinkedHashMap<>();
    private final Map<String, Setting<?>> byAlias = new HashMap<>();

    public SettingCatalog(Collection<? extends Setting<?>> settings) {
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

    /** The setting of this exact name, aliases aside; null if there is none. */
    public Setting<?> byName(String name) {
        return byName.get(name);
    }

    public boolean knows(String name) {
        return byName.containsKey(name) || byAlias.containsKey(name);
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

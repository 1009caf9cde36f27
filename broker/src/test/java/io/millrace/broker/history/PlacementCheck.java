package io.millrace.broker.history;

import io.millrace.broker.history.Anomaly.Kind;
import io.millrace.broker.history.Operation.Placed;
import io.millrace.broker.history.Operation.ReadWhole;
import io.millrace.broker.history.Operation.Sent;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** Is every record where it was said to be, once, and is nothing else there? Pure. */
record PlacementCheck(LogHistory log, BiConsumer<Kind, String> found) {

    void run() {
        checkOffsets();
        var placesOf = placesOf();
        placesOf.forEach((value, offsets) -> {
            if (offsets.size() > 1) {
                found.accept(Kind.DUPLICATE, value + " at " + offsets);
            }
        });
        log.acknowledged().forEach(sent -> checkPlace(sent, placesOf.getOrDefault(sent.value(), Set.of())));
        checkOrigins(placesOf.keySet());
        log.wholeReads().forEach(whole -> checkWhole(whole, placesOf));
    }

    private void checkOffsets() {
        var valuesAt = new TreeMap<Long, Set<Long>>();
        for (var placed : log.reads()) {
            valuesAt.computeIfAbsent(placed.offset(), offset -> new TreeSet<>()).add(placed.value());
        }
        for (var sent : log.acknowledged()) {
            if (sent.offset() >= 0) {
                valuesAt.computeIfAbsent(sent.offset(), offset -> new TreeSet<>()).add(sent.value());
            }
        }
        valuesAt.forEach((offset, values) -> {
            if (values.size() > 1) {
                found.accept(Kind.INCONSISTENT_OFFSET, offset + " holds " + values);
            }
        });
    }

    /** Where each value was read. */
    private Map<Long, Set<Long>> placesOf() {
        var places = new HashMap<Long, Set<Long>>();
        for (var placed : log.reads()) {
            var others = places.putIfAbsent(placed.value(), Set.of(placed.offset()));
            if (others != null && !others.contains(placed.offset())) {
                var all = new TreeSet<>(others);
                all.add(placed.offset());
                places.put(placed.value(), all);
            }
        }
        return places;
    }

    private void checkPlace(Sent sent, Set<Long> readAt) {
        if (sent.offset() >= 0 && !readAt.isEmpty() && !readAt.contains(sent.offset())) {
            found.accept(sent.offset() == 0 ? Kind.SPURIOUS_ZERO : Kind.MISPLACED,
                    sent.value() + " acknowledged at " + sent.offset() + ", read at " + readAt);
        }
    }

    private void checkOrigins(Set<Long> readValues) {
        var outcomes = new HashMap<Long, Outcome>();
        log.sends().forEach(sent -> outcomes.put(sent.value(), sent.outcome()));
        for (var value : readValues) {
            var outcome = outcomes.get(value);
            if (outcome == null) {
                found.accept(Kind.NEVER_SENT, value + " was read");
            } else if (outcome == Outcome.FAIL) {
                found.accept(Kind.REFUSED_YET_READ, value.toString());
            }
        }
    }

    private void checkWhole(ReadWhole whole, Map<Long, Set<Long>> placesOf) {
        long end = end(whole.records());
        var there = new HashSet<Long>();
        whole.records().forEach(placed -> there.add(placed.value()));
        for (var sent : log.acknowledged()) {
            if (!there.contains(sent.value())) {
                boolean isBehind = sent.offset() >= end || sent.offset() < 0;
                boolean wasRead = placesOf.containsKey(sent.value());
                found.accept(isBehind && !wasRead ? Kind.UNSEEN : Kind.LOST,
                        sent.value() + " acknowledged at " + sent.offset() + ", the log ends at " + end);
                there.add(sent.value());
            }
        }
        placesOf.forEach((value, offsets) -> {
            if (!there.contains(value)) {
                found.accept(Kind.LOST, value + " once read at " + offsets + ", the log ends at " + end);
            }
        });
    }

    private static long end(List<Placed> records) {
        return records.isEmpty() ? 0 : Collections.max(records.stream().map(Placed::offset).toList()) + 1;
    }
}

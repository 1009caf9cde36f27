package io.millrace.admin.command.group;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.admin.offset.ListedOffset;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.protocol.cluster.TopicPartition;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** To what a group's offsets are set. Pure but for the offsets that it asks the cluster for. */
public sealed interface ResetTarget {

    /** The first record there is, the end, or the first record from a time on. */
    record Place(OffsetSpec spec) implements ResetTarget {}

    /** An offset, or the closest to it that there is. */
    record Offset(long offset) implements ResetTarget {}

    /** So many records on from what is committed, back if negative. */
    record Shift(long records) implements ResetTarget {}

    /** What is committed; the end where nothing is. */
    record Current() implements ResetTarget {}

    /** Offsets that somebody has written down. */
    record Given(Map<TopicPartition, Long> offsets) implements ResetTarget {}

    /** The time in ISO form, in UTC unless it names a zone. */
    static ResetTarget dateTime(String text) {
        try {
            boolean hasZone = text.matches(".*(Z|[+-]\\d\\d:?\\d\\d)$") && text.indexOf('T') > 0;
            var time = hasZone ? OffsetDateTime.parse(text)
                    : LocalDateTime.parse(text).atOffset(ZoneOffset.UTC);
            return new Place(OffsetSpec.atTimestamp(time.toInstant().toEpochMilli()));
        } catch (DateTimeParseException | IllegalArgumentException e) {
            throw ToolFailure.of("Invalid datetime " + text + ": must be like 2026-11-23T14:30:00.000");
        }
    }

    /** That long ago. */
    static ResetTarget duration(String text) {
        try {
            long timestampMs = System.currentTimeMillis() - Duration.parse(text).toMillis();
            return new Place(OffsetSpec.atTimestamp(Math.max(0, timestampMs)));
        } catch (DateTimeParseException | ArithmeticException e) {
            throw ToolFailure.of("Invalid duration " + text + ": must be like P1DT2H30M");
        }
    }

    /** The new offset of each partition. */
    default SortedMap<TopicPartition, Long> offsets(Admin admin, Collection<TopicPartition> partitions,
            Map<TopicPartition, CommittedOffset> committed) {
        var ends = list(admin, partitions, OffsetSpec.LATEST);
        var starts = this instanceof Offset || this instanceof Shift || this instanceof Given
                ? list(admin, partitions, OffsetSpec.EARLIEST)
                : Map.<TopicPartition, ListedOffset>of();
        var places = this instanceof Place place ? list(admin, partitions, place.spec())
                : Map.<TopicPartition, ListedOffset>of();
        var offsets = new TreeMap<TopicPartition, Long>();
        for (var each : partitions) {
            long end = ends.get(each).offset();
            long wanted = wanted(each, committed.get(each), places.get(each), end);
            offsets.put(each, starts.isEmpty() ? wanted
                    : Math.max(starts.get(each).offset(), Math.min(end, wanted)));
        }
        return offsets;
    }

    private static Map<TopicPartition, ListedOffset> list(Admin admin, Collection<TopicPartition> partitions,
            OffsetSpec spec) {
        return ToolRun.await(admin.listOffsets(partitions.stream()
                .collect(Collectors.toMap(each -> each, each -> spec)))).all();
    }

    private long wanted(TopicPartition partition, CommittedOffset committed, ListedOffset place, long end) {
        if (this instanceof Offset to) {
            return to.offset();
        } else if (this instanceof Shift by) {
            if (committed == null) {
                throw ToolFailure.of("Cannot shift offset for partition " + partition
                        + " since there is no current committed offset");
            }
            return committed.offset() + by.records();
        } else if (this instanceof Given given) {
            return given.offsets().get(partition);
        } else if (this instanceof Place) {
            return place.isFound() ? place.offset() : end;
        }
        return committed == null ? end : committed.offset();
    }
}

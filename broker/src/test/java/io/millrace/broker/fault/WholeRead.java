package io.millrace.broker.fault;

import io.millrace.broker.clients.Deadline;
import io.millrace.broker.history.History;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.Operation.Placed;
import io.millrace.broker.history.Operation.ReadWhole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Reads logs from their start to their end, when nothing writes to them any more. Stateless. */
final class WholeRead {
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(200);

    private WholeRead() {}

    /** Answers how many records there are. */
    static long of(List<LogName> logs, Clients clients, History history) {
        var partitions = new HashMap<TopicPartition, LogName>();
        logs.forEach(log -> partitions.put(new TopicPartition(log.topic(), log.partition()), log));
        var records = new HashMap<LogName, List<Placed>>();
        logs.forEach(log -> records.put(log, new ArrayList<>()));
        try (var consumer = clients.consumer(Map.of("default.api.timeout.ms", 60_000))) {
            consumer.assign(partitions.keySet());
            consumer.seekToBeginning(partitions.keySet());
            var ends = consumer.endOffsets(partitions.keySet());
            Deadline.in(LIMIT).await("the ends " + ends, () -> {
                var polled = consumer.poll(POLL);
                polled.partitions().forEach(partition -> records.get(partitions.get(partition))
                        .addAll(Clients.placed(polled.records(partition))));
                return ends.entrySet().stream()
                        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }
        records.forEach((log, all) -> history.add(new ReadWhole(log, all)));
        return records.values().stream().mapToLong(List::size).sum();
    }
}

package io.millrace.admin.command.record;

import io.millrace.admin.command.line.ToolFailure;
import io.millrace.consumer.Consumer;
import io.millrace.consumer.MillraceConsumer;
import io.millrace.consumer.serialization.ByteArrayDeserializer;
import io.millrace.protocol.cluster.PartitionView;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Opens consumers of whole topics, in a group if one is named, else of all their partitions and without a trace. Stateless. */
public final class Reading {
    private Reading() {}

    /** A consumer with these settings that is assigned nothing yet. */
    public static Consumer<byte[], byte[]> open(Map<String, String> settings) {
        return new MillraceConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Reads the topic: as a member if the settings name a group. */
    public static void topic(Consumer<byte[], byte[]> consumer, String topic, Map<String, String> settings) {
        if (settings.containsKey("group.id")) {
            consumer.subscribe(List.of(topic));
        } else {
            consumer.assign(partitions(consumer, topic));
        }
    }

    /** Reads all topics whose names match: as a member if the settings name a group. */
    public static void matching(Consumer<byte[], byte[]> consumer, Pattern topics,
            Map<String, String> settings) {
        if (settings.containsKey("group.id")) {
            consumer.subscribe(topics);
            return;
        }
        consumer.assign(consumer.listTopics().keySet().stream().filter(name -> topics.matcher(name).matches())
                .flatMap(name -> partitions(consumer, name).stream()).toList());
    }

    /** All partitions of a topic; a ToolFailure if there is none. */
    public static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String topic) {
        var partitions = consumer.partitionsFor(topic).stream().map(PartitionView::partition)
                .map(number -> new TopicPartition(topic, number)).toList();
        if (partitions.isEmpty()) {
            throw ToolFailure.of("There is no topic " + topic);
        }
        return partitions;
    }
}

package io.millrace.admin.command.line;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Partitions that a user names by topics and ranges. Immutable. */
public final class PartitionFilter {
    private static final Pattern RULE = Pattern.compile("([^:,]*)(?::(?:([0-9]*)|(?:([0-9]*)-([0-9]*))))?");

    private final List<Rule> rules;

    /** The partitions of matching topics from the first to the one before the end. */
    private record Rule(NamePattern topic, int first, int end) {}

    private PartitionFilter(List<Rule> rules) {
        this.rules = rules;
    }

    /** Topics by a pattern, and numbers with commas between them; null stands for all. */
    public static PartitionFilter of(String topic, String partitions) {
        var name = new NamePattern(topic);
        if (partitions == null || partitions.isBlank()) {
            return new PartitionFilter(List.of(new Rule(name, 0, Integer.MAX_VALUE)));
        }
        return new PartitionFilter(Stream.of(partitions.split(",", -1)).map(text -> {
            int number = number(text.strip(), partitions);
            return new Rule(name, number, number + 1);
        }).toList());
    }

    /** Rules with commas between them: topic, topic:1, topic:1-3 (without 3), topic:1-, topic:-3. */
    public static PartitionFilter parse(String text) {
        var rules = new ArrayList<Rule>();
        for (var each : text.split(",", -1)) {
            var parts = RULE.matcher(each.strip());
            if (!parts.matches()) {
                throw ToolFailure.of("Invalid rule specification: " + each);
            }
            var topic = new NamePattern(parts.group(1).isEmpty() ? null : parts.group(1));
            if (parts.group(2) != null && !parts.group(2).isEmpty()) {
                int number = number(parts.group(2), each);
                rules.add(new Rule(topic, number, number + 1));
            } else {
                boolean hasFirst = parts.group(3) != null && !parts.group(3).isEmpty();
                boolean hasEnd = parts.group(4) != null && !parts.group(4).isEmpty();
                rules.add(new Rule(topic, hasFirst ? number(parts.group(3), each) : 0,
                        hasEnd ? number(parts.group(4), each) : Integer.MAX_VALUE));
            }
        }
        return new PartitionFilter(rules);
    }

    private static int number(String text, String within) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ToolFailure.of("Invalid partition number " + text + " in " + within);
        }
    }

    public boolean matchesTopic(String topic) {
        return rules.stream().anyMatch(rule -> rule.topic.matches(topic));
    }

    public boolean matches(TopicPartition partition) {
        return rules.stream().anyMatch(rule -> rule.topic.matches(partition.topic())
                && partition.partition() >= rule.first && partition.partition() < rule.end);
    }
}

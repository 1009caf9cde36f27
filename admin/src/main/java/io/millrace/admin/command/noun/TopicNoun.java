package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.NamedValues;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.topic.NewTopic;
import io.millrace.admin.topic.PartitionDescription;
import io.millrace.admin.topic.TopicListing;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done with topics. */
final class TopicNoun {
    private TopicNoun() {}

    @Command(name = "millrace topic list", description = "Lists topics.")
    static final class Listing implements Verb {
        @Option(names = "--internal", description = "The cluster's own topics, too.") private boolean withInternal;

        @Override
        public Sheet act(Admin admin) {
            var names = ToolRun.await(admin.listTopics()).stream()
                    .filter(each -> withInternal || !each.isInternal()).map(TopicListing::name).toList();
            var sheet = Sheet.of("topic", "partitions", "replicas", "underReplicated");
            ToolRun.await(admin.describeTopics(names)).values().values()
                    .forEach(topic -> sheet.row(topic.name(), topic.partitions().size(),
                            topic.replicationFactor(), topic.partitions().stream()
                                    .filter(PartitionDescription::isUnderReplicated).count()));
            return sheet;
        }
    }

    @Command(name = "millrace topic describe", description = "Shows a topic's partitions.")
    static final class Describe implements Verb {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.") private String name;

        @Override
        public Sheet act(Admin admin) {
            requireTopic(admin, name);
            var sheet = Sheet.of("partition", "leader", "replicas", "inSync");
            ToolRun.await(admin.describeTopics(List.of(name))).get(name).partitions()
                    .forEach(each -> sheet.row(each.partition(), each.hasLeader() ? each.leaderId() : null,
                            each.replicas(), each.inSyncReplicas()));
            return sheet;
        }
    }

    /** A ToolFailure with the closest name if there is no such topic. */
    static void requireTopic(Admin admin, String name) {
        var names = ToolRun.await(admin.listTopics()).stream().map(TopicListing::name).toList();
        if (!names.contains(name)) {
            throw ToolFailure.of("There is no topic " + name + "." + Guess.among(names, name)
                    + " All topics: millrace topic list");
        }
    }

    @Command(name = "millrace topic create", description = "Creates a topic.")
    static final class Create implements Verb {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.") private String name;

        @Option(names = {"-p",
            "--partitions"}, defaultValue = "-1", paramLabel = "COUNT", description = "How many partitions; the broker's default if absent.") private int partitions;

        @Option(names = {"-r",
            "--replicas"}, defaultValue = "-1", paramLabel = "COUNT", description = "How many replicas of each; the broker's default if absent.") private int replicas;

        @Option(names = {"-c",
            "--config"}, paramLabel = "NAME=VALUE", description = "A setting; may be repeated.") private List<String> configs = List
                    .of();

        @Option(names = "--dry-run", description = "Only say whether it could be done.") private boolean isDryRun;

        @Override
        public Sheet act(Admin admin) {
            var topic = new NewTopic(name, partitions, replicas).withConfigs(NamedValues.parse(configs));
            try {
                var created = ToolRun.await(admin.createTopics(List.of(topic), isDryRun)).get(name);
                return Sheet.done((isDryRun ? "Would create topic " : "Created topic ") + name + " with "
                        + created.partitions() + " partitions and " + created.replicationFactor()
                        + " replicas of each.");
            } catch (ApiException e) {
                if (e.errorCode() == ErrorCode.TOPIC_ALREADY_EXISTS) {
                    throw ToolFailure.of(e.getMessage() + " Look at it: millrace topic describe " + name);
                }
                throw e;
            }
        }
    }

    @Command(name = "millrace topic delete", description = "Deletes a topic with all its records.")
    static final class Delete implements Verb {
        @Parameters(index = "0", paramLabel = "TOPIC", description = "The topic.") private String name;

        @Option(names = "--dry-run", description = "Only say what would be deleted.") private boolean isDryRun;

        @Override
        public Sheet act(Admin admin) {
            requireTopic(admin, name);
            if (isDryRun) {
                return Sheet.done("Would delete topic " + name + ".");
            }
            ToolRun.await(admin.deleteTopics(List.of(name))).all();
            return Sheet.done("Deleted topic " + name + ".");
        }
    }
}

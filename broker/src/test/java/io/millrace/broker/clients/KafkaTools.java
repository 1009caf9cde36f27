package io.millrace.broker.clients;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Apache Kafka's command line tools, each run to its end in a process of its own. Stateless but for the address. */
record KafkaTools(String bootstrap) {
    static final Duration LIMIT = Duration.ofSeconds(90);
    static final String TOPICS = "org.apache.kafka.tools.TopicCommand";
    static final String GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
    static final String CONFIGS = "kafka.admin.ConfigCommand";
    static final String CONSOLE_PRODUCER = "org.apache.kafka.tools.ConsoleProducer";
    static final String CONSOLE_CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer";
    static final String GET_OFFSETS = "org.apache.kafka.tools.GetOffsetShell";
    static final String LEADER_ELECTION = "org.apache.kafka.tools.LeaderElectionCommand";
    static final String REASSIGN = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
    static final String LOG_DIRS = "org.apache.kafka.tools.LogDirsCommand";
    static final String DUMP_LOG = "org.apache.kafka.tools.DumpLogSegments";

    String topics(String... arguments) {
        return run(TOPICS, "", arguments);
    }

    String groups(String... arguments) {
        return run(GROUPS, "", arguments);
    }

    String configs(String... arguments) {
        return run(CONFIGS, "", arguments);
    }

    /** Runs a tool against the broker; an exit code other than 0 is a failure. */
    String run(String tool, String input, String... arguments) {
        return ChildProcess.run(command(tool, arguments), input, LIMIT);
    }

    ChildProcess.Run attempt(String tool, String... arguments) {
        return ChildProcess.attempt(command(tool, arguments), "", LIMIT);
    }

    private List<String> command(String tool, String... arguments) {
        var all = new ArrayList<>(List.of("--bootstrap-server", bootstrap));
        all.addAll(List.of(arguments));
        return ThirdParty.java(ThirdParty.KAFKA, tool, all);
    }

    /** Runs Kafka's log dump, which needs no broker. */
    static String dumpLog(String... arguments) {
        return ChildProcess.run(ThirdParty.java(ThirdParty.KAFKA, DUMP_LOG, List.of(arguments)), "", LIMIT);
    }
}

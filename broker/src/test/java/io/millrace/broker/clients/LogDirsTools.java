package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Our tool for log directories beside Kafka's. Stateless. */
final class LogDirsTools {
    private static final Pattern FLAT_OBJECT = Pattern.compile("\\{([^{}\\[\\]]*)}");
    private static final Pattern DIRECTORY = Pattern.compile("\"logDir\":(\"[^\"]*\")");

    private LogDirsTools() {}

    /** Asserts that both print the same of a cluster in which nothing happens; answers what ours printed. */
    static String assertSame(String bootstrap, String... flags) {
        var ours = run(bootstrap, flags);
        var theirs = new KafkaTools(bootstrap).run(KafkaTools.LOG_DIRS, "", flags);
        assertThat(ours.lines().limit(2).toList())
                .containsExactlyElementsOf(theirs.lines().limit(2).toList());
        assertThat(partitions(ours)).isNotEmpty().isEqualTo(partitions(theirs));
        assertThat(directories(ours)).isNotEmpty().isEqualTo(directories(theirs));
        return ours;
    }

    static ChildProcess.Run attempt(String bootstrap, String... flags) {
        return ChildProcess.attempt(command(bootstrap, flags), "", KafkaTools.LIMIT);
    }

    private static String run(String bootstrap, String... flags) {
        return ChildProcess.run(command(bootstrap, flags), "", KafkaTools.LIMIT);
    }

    private static List<String> command(String bootstrap, String... flags) {
        var command = new ArrayList<>(List
                .of(Checkout.distribution().resolve("bin/millrace-log-dirs.sh").toString(),
                        "--bootstrap-server", bootstrap));
        command.addAll(List.of(flags));
        return command;
    }

    private static Set<Set<String>> partitions(String printed) {
        var found = new HashSet<Set<String>>();
        FLAT_OBJECT.matcher(printed).results()
                .forEach(match -> found.add(new TreeSet<>(List.of(match.group(1).split(",")))));
        return found;
    }

    private static Set<String> directories(String printed) {
        var found = new TreeSet<String>();
        DIRECTORY.matcher(printed).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}

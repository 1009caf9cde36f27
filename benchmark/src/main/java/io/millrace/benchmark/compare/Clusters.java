package io.millrace.benchmark.compare;

import io.millrace.benchmark.driver.ClusterTarget;
import io.millrace.benchmark.driver.KafkaCluster;
import io.millrace.benchmark.driver.KafkaTarget;
import io.millrace.benchmark.driver.MillraceCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The systems whose clusters a command line asks to compare. */
final class Clusters {
    private static final Set<String> NAMES = Set.of("millrace", "kafka");

    private Clusters() {}

    /** What the option says; refuses other names. */
    static List<String> names(Options options) {
        return names(options, "millrace,kafka");
    }

    static List<String> names(Options options, String otherwise) {
        var names = List.of(options.text("--targets", otherwise).split(",", -1));
        if (!NAMES.containsAll(names)) {
            throw new IllegalArgumentException("cannot read --targets " + names + "; " + options.usage());
        }
        return names;
    }

    static List<ClusterTarget> targets(List<String> names, Path distribution, Path kafkaClassPathFile)
            throws IOException {
        var targets = new ArrayList<ClusterTarget>();
        for (var name : names) {
            targets.add(name.equals("millrace") ? new MillraceCluster(distribution)
                    : new KafkaCluster(new KafkaTarget(Files.readString(kafkaClassPathFile).strip())));
        }
        return targets;
    }
}

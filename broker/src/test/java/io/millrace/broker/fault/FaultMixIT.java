package io.millrace.broker.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.clients.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Three brokers under several faults at once. {@code -Dmillrace.it.mixes=30 -Dmillrace.it.mix.seconds=300} is the long
 * form, {@code -Dmillrace.it.mix.seed=...} takes up a mix again; what failed stays in target/fault-mix.
 */
class FaultMixIT {
    private static final int MIXES = Integer.getInteger("millrace.it.mixes", 1);
    private static final Duration LENGTH = Duration
            .ofSeconds(Integer.getInteger("millrace.it.mix.seconds", 180));
    private static final long FIRST_SEED = Long.getLong("millrace.it.mix.seed",
            new Random().nextInt(1_000_000));
    private static final Path FOLDER = Path.of(System.getProperty("millrace.it.mix.folder",
            Checkout.path("broker/target/fault-mix").toString()));

    @Test
    void nothingThatWasAcknowledgedIsLostMovedOrDoubled() throws Exception {
        for (int mix = 0; mix < MIXES; mix++) {
            long seed = FIRST_SEED + mix;
            var folder = FOLDER.resolve(Long.toString(seed));
            assertClean(run(folder, seed), folder);
            delete(folder);
        }
    }

    private static MixReport run(Path folder, long seed) throws IOException, InterruptedException {
        delete(folder);
        try (var mix = new FaultMix(folder, seed)) {
            try {
                return mix.run(LENGTH);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", see " + folder, e);
            } finally {
                mix.save();
            }
        }
    }

    private static void assertClean(MixReport report, Path folder) {
        System.out.println("Fault mix, " + report.summary());
        assertThat(report.anomalies()).as("%s%nsee %s", report.summary(), folder).isEmpty();
        assertThat(report.replicaDifferences()).as("%s%nsee %s", report.summary(), folder).isEmpty();
        assertThat(report.problems()).as("%s%nsee %s", report.summary(), folder).isEmpty();
        assertThat(report.acknowledged()).as(report.summary()).isPositive();
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

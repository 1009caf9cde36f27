package io.millrace.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** See docs/simulation.md. */
class SimulationTest {
    private static final long TROUBLE_MS = 2500;
    private static final long NIGHTLY_TROUBLE_MS = 5000;
    private static final int SEEDS = Integer.getInteger("millrace.sim.seeds", 2_000);
    private static final int NIGHTLY_SEEDS = 100_000;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final Logger ROOT = Logger.getLogger("");

    private static Level levelBefore;

    /** Thousands of crashes have much to say. */
    @BeforeAll
    static void beSilent() {
        levelBefore = ROOT.getLevel();
        ROOT.setLevel(Level.OFF);
    }

    @AfterAll
    static void speakAgain() {
        ROOT.setLevel(levelBefore);
    }

    @Test
    void keepsItsPromisesThroughFaults() throws Exception {
        if (Long.getLong("millrace.sim.seed") != null) {
            run(Long.getLong("millrace.sim.seed"), TROUBLE_MS);
        } else if (Boolean.getBoolean("millrace.nightly")) {
            runAll(System.currentTimeMillis() << 20, NIGHTLY_SEEDS, NIGHTLY_TROUBLE_MS);
        } else {
            runAll(1, SEEDS, TROUBLE_MS);
        }
    }

    /** Each thread runs whole seeds; the first that fails ends it for all. */
    private static void runAll(long first, int count, long troubleMs) throws Exception {
        var next = new AtomicLong(first);
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<Void>> ends = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                ends.add(threads.submit((Callable<Void>) () -> {
                    runSome(next, first + count, troubleMs);
                    return null;
                }));
            }
            for (var end : ends) {
                end.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static void runSome(AtomicLong next, long end, long troubleMs) {
        for (long seed = next.getAndIncrement(); seed < end; seed = next.getAndIncrement()) {
            try {
                run(seed, troubleMs);
            } catch (AssertionError e) {
                next.set(end);
                throw e;
            }
        }
    }

    private static void run(long seed, long troubleMs) {
        var result = Simulation.run(seed, troubleMs);
        if (result.failure() != null) {
            throw new AssertionError(result.report(), result.failure());
        }
    }

    @Test
    void aSeedGivesTheSameRunAgain() {
        var first = Simulation.run(4711, TROUBLE_MS);
        var again = Simulation.run(4711, TROUBLE_MS);

        assertThat(again.hash()).isEqualTo(first.hash());
        assertThat(again.steps()).isEqualTo(first.steps());
        assertThat(first.acknowledged()).isPositive();
    }
}

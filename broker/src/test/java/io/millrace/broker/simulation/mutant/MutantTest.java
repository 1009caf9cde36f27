package io.millrace.broker.simulation.mutant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A simulator that finds no fault in a broken program is broken itself. See docs/simulation.md. */
class MutantTest {
    private static final int NIGHTLY_SEEDS = 10_000;
    private static final int NEIGHBOURS = 100;
    private static final long TROUBLE_MS = 2500;
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    private static final Logger ROOT = Logger.getLogger("");

    private static Level levelBefore;

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
    void everyMutantBreaksAPromise() throws Exception {
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<String>> searches = new ArrayList<>();
            for (var mutant : Mutants.ALL) {
                searches.add(threads.submit((Callable<String>) () -> search(mutant)));
            }
            for (int i = 0; i < searches.size(); i++) {
                assertThat(searches.get(i).get()).as("what breaks when " + Mutants.ALL.get(i))
                        .matches("(?s)seed \\d+: (C\\d+|liveness|fatal): .*");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    /** By the seed that is known for it first; any change of the program may have given that seed another course. */
    private static String search(Mutant mutant) throws Exception {
        var loader = new MutantLoader(mutant);
        int most = Boolean.getBoolean("millrace.nightly") ? NIGHTLY_SEEDS : NEIGHBOURS;
        long seed = mutant.seed();
        String found = loader.run(seed, TROUBLE_MS);
        for (long next = 1; found == null && next <= most; next++) {
            seed = next;
            found = loader.run(seed, TROUBLE_MS);
        }
        return found == null ? "nothing" : "seed " + seed + ": " + found;
    }
}

package io.millrace.protocol.data;

import static org.assertj.core.api.Assertions.fail;

import io.millrace.protocol.wire.ApiKey;
import java.util.Random;

/** Repeats a check with seeds that a failure names, in every version of an API. */
final class Rounds {
    private static final int PER_VERSION = 200;

    private Rounds() {}

    static void eachVersion(ApiKey api, Check check) {
        for (int version = api.minVersion(); version <= api.maxVersion(); version++) {
            long firstSeed = System.nanoTime();
            for (long seed = firstSeed; seed < firstSeed + PER_VERSION; seed++) {
                try {
                    check.run(version, new Random(seed));
                } catch (Exception | AssertionError e) {
                    fail("version " + version + ", seed " + seed, e);
                }
            }
        }
    }

    interface Check {
        void run(int version, Random random) throws Exception;
    }
}

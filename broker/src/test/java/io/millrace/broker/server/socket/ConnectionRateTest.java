package io.millrace.broker.server.socket;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConnectionRateTest {
    private static final long SECOND_NS = 1_000_000_000;

    private long nowNs = Long.MAX_VALUE - SECOND_NS; // the clock wraps on the way

    @Test
    void aFullBucketIsASecondsWorthAndThenConnectionsComeAtTheRate() {
        var rate = new ConnectionRate(10, nowNs);
        for (int i = 0; i < 10; i++) {
            assertThat(rate.waitNs(nowNs)).as("connection %d", i).isZero();
            rate.take(nowNs);
        }
        for (int i = 0; i < 50; i++) {
            assertThat(rate.waitNs(nowNs)).isEqualTo(SECOND_NS / 10);
            nowNs += rate.waitNs(nowNs);
            assertThat(rate.waitNs(nowNs)).isZero();
            rate.take(nowNs);
        }
    }

    @Test
    void aRateIsKeptHoweverOftenItIsAsked() {
        var rate = new ConnectionRate(7, nowNs);
        int taken = 0;
        for (int step = 0; step < 60_000; step++) {
            nowNs += 1_000_000;
            if (rate.waitNs(nowNs) == 0) {
                rate.take(nowNs);
                taken++;
            }
        }
        assertThat(taken).isBetween(60 * 7, 60 * 7 + 7);
    }

    @Test
    void whoTakesMoreThanThereIsWaitsForAll() {
        var rate = new ConnectionRate(2, nowNs);
        for (int i = 0; i < 6; i++) {
            rate.take(nowNs);
        }
        assertThat(rate.waitNs(nowNs)).isEqualTo(5 * SECOND_NS / 2);
        nowNs += 10 * SECOND_NS;
        assertThat(rate.waitNs(nowNs)).as("the bucket never holds more than a second's worth").isZero();
        rate.take(nowNs);
        rate.take(nowNs);
        assertThat(rate.waitNs(nowNs)).isPositive();
    }

    @Test
    void aNewRateHoldsAtOnce() {
        var rate = new ConnectionRate(Integer.MAX_VALUE, nowNs);
        for (int i = 0; i < 100_000; i++) {
            rate.take(nowNs);
        }
        assertThat(rate.waitNs(nowNs)).isZero();
        rate.change(1);
        assertThat(rate.waitNs(nowNs)).isZero();
        rate.take(nowNs);
        assertThat(rate.waitNs(nowNs)).isEqualTo(SECOND_NS);
        rate.change(Integer.MAX_VALUE);
        assertThat(rate.waitNs(nowNs)).isZero();
    }
}

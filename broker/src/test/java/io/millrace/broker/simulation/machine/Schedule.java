package io.millrace.broker.simulation.machine;

import io.netty.util.concurrent.Ticker;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What happens when, in virtual time; owns time, chance and the trace of one run. Used by one thread. */
public final class Schedule implements Ticker, InstantSource {
    private static final long EPOCH_MS = 1_700_000_000_000L;
    private static final long START_NS = TimeUnit.HOURS.toNanos(1);
    private static final int REMEMBERED = 500;

    private record Event(long timeNs, long number, String what, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(timeNs, other.timeNs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final RandomGenerator random;
    private final String[] remembered = new String[REMEMBERED];
    private final long[] rememberedNs = new long[REMEMBERED];
    private long rememberedCount;
    private long nowNs = START_NS;
    private long nextNumber;
    private long steps;
    private long hash;
    private StepLoop running;
    private Throwable failure;
    private Machine lastMachine;

    public Schedule(long seed) {
        random = new SplittableRandom(seed);
    }

    public RandomGenerator random() {
        return random;
    }

    /** Whether something happens that does so once in so many times. */
    public boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    public void after(long delayNs, String what, Runnable task) {
        events.add(new Event(nowNs + Math.max(0, delayNs), nextNumber++, what, task));
    }

    public void afterMs(long delayMs, String what, Runnable task) {
        after(TimeUnit.MILLISECONDS.toNanos(delayMs), what, task);
    }

    /** Runs the next event; false if there is none, or one has failed. */
    public boolean step() {
        var event = events.poll();
        if (event == null || failure != null) {
            return false;
        }
        nowNs = event.timeNs;
        lastMachine = null;
        steps++;
        hash = (hash ^ nowNs ^ event.what.hashCode()) * 0x100000001b3L;
        try {
            event.task.run();
        } catch (Throwable e) {
            fail(e);
        }
        return failure == null;
    }

    /** Ends the run. */
    public void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** What went wrong; null while nothing has. */
    public Throwable failure() {
        return failure;
    }

    /** Writes something down for people who look for the cause of a failure. */
    public void note(String text) {
        int slot = (int) (rememberedCount++ % REMEMBERED);
        remembered[slot] = text;
        rememberedNs[slot] = nowNs;
        hash = (hash ^ text.hashCode()) * 0x100000001b3L;
    }

    /** The last notes, oldest first. */
    public List<String> notes() {
        var notes = new ArrayList<String>();
        for (long i = Math.max(0, rememberedCount - REMEMBERED); i < rememberedCount; i++) {
            int slot = (int) (i % REMEMBERED);
            notes.add(String.format("%10.3f ms  %s", (rememberedNs[slot] - START_NS) / 1e6,
                    remembered[slot]));
        }
        return notes;
    }

    public long steps() {
        return steps;
    }

    /** The same for two runs that went the same way. */
    public long hash() {
        return hash;
    }

    public long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(nowNs - START_NS);
    }

    StepLoop running() {
        return running;
    }

    /** Where the last step was; null if it was on no machine. */
    public Machine lastMachine() {
        return lastMachine;
    }

    /** Answers the loop that ran until now. */
    StepLoop enter(StepLoop loop) {
        if (loop != null) {
            lastMachine = loop.machine();
        }
        var before = running;
        running = loop;
        return before;
    }

    @Override
    public long initialNanoTime() {
        return 0;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public void sleep(long delay, TimeUnit unit) {
        throw new IllegalStateException("nothing sleeps in virtual time");
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public long millis() {
        return EPOCH_MS + elapsedMs();
    }
}

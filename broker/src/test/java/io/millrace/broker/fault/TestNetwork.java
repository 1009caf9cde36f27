package io.millrace.broker.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * An address for each member of a cluster. As root each member lives in a network namespace of its own, and what one
 * sends another can be dropped; else all share the loopback, where nothing can be cut. Any thread cuts and mends.
 * <pre>
 *   member 0 .1 ---+
 *   member 1 .2 ---+--- bridge in a namespace --- .254 this process
 *   member 2 .3 ---+
 * </pre>
 */
final class TestNetwork implements AutoCloseable {
    private static final int OWN_NUMBER = 254;
    private static final int HIGHEST = 250;

    private final String prefix;
    private final String subnet;
    private final boolean canCut;
    private final int members;
    private final Set<String> cuts = new LinkedHashSet<>();

    private TestNetwork(String prefix, String subnet, boolean canCut, int members) {
        this.prefix = prefix;
        this.subnet = subnet;
        this.canCut = canCut;
        this.members = members;
    }

    static TestNetwork of(int members) {
        var random = new Random();
        var prefix = "mr" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX)
                + Integer.toString(random.nextInt(1_000), Character.MAX_RADIX);
        if (!isPrivileged(prefix)) {
            return new TestNetwork(prefix, "127." + (1 + random.nextInt(HIGHEST)) + "."
                    + random.nextInt(HIGHEST), false, members);
        }
        // the addresses that are set aside for benchmarks
        var network = new TestNetwork(prefix, "198.18." + random.nextInt(HIGHEST), true, members);
        network.lay();
        return network;
    }

    private static boolean isPrivileged(String prefix) {
        return attempt("ip", "netns", "add", prefix + "x") && attempt("ip", "netns", "del", prefix + "x");
    }

    private void lay() {
        run("ip", "netns", "add", prefix + "h");
        run("ip", "-n", prefix + "h", "link", "add", "bridge", "type", "bridge");
        run("ip", "-n", prefix + "h", "link", "set", "bridge", "up");
        plug(prefix + "o", List.of("ip"), OWN_NUMBER);
        for (int member = 0; member < members; member++) {
            run("ip", "netns", "add", namespace(member));
            run("ip", "-n", namespace(member), "link", "set", "lo", "up");
            plug(prefix + "v" + member, List.of("ip", "-n", namespace(member)), member + 1);
        }
    }

    /** Lays a cable from a namespace to the bridge. */
    private void plug(String link, List<String> ip, int number) {
        run(ip, "link", "add", link, "type", "veth", "peer", "name", link + "p", "netns", prefix + "h");
        run(ip, "addr", "add", subnet + "." + number + "/24", "dev", link);
        run(ip, "link", "set", link, "up");
        run("ip", "-n", prefix + "h", "link", "set", link + "p", "master", "bridge");
        run("ip", "-n", prefix + "h", "link", "set", link + "p", "up");
    }

    private String namespace(int member) {
        return prefix + "n" + member;
    }

    String address(int member) {
        return subnet + "." + (member + 1);
    }

    boolean canCut() {
        return canCut;
    }

    /** The command as it has to be for the process to be that member. */
    List<String> commandOf(int member, List<String> command) {
        var all = new ArrayList<String>();
        if (canCut) {
            all.addAll(List.of("ip", "netns", "exec", namespace(member)));
        }
        all.addAll(command);
        return all;
    }

    /** From now on what a member sends to another gets lost. */
    synchronized void cut(int from, int to) {
        if (cuts.add(from + ">" + to)) {
            run("ip", "-n", namespace(from), "route", "add", "blackhole", address(to) + "/32");
        }
    }

    synchronized void mend(int from, int to) {
        if (cuts.remove(from + ">" + to)) {
            run("ip", "-n", namespace(from), "route", "del", "blackhole", address(to) + "/32");
        }
    }

    synchronized void mendAll() {
        for (int from = 0; from < members; from++) {
            for (int to = 0; to < members; to++) {
                mend(from, to);
            }
        }
    }

    /** Removes the namespaces; their links go with them. */
    @Override
    public void close() {
        if (!canCut) {
            return;
        }
        for (int member = 0; member < members; member++) {
            attempt("ip", "netns", "del", namespace(member));
        }
        attempt("ip", "netns", "del", prefix + "h");
    }

    private static void run(List<String> start, String... rest) {
        var command = new ArrayList<>(start);
        command.addAll(List.of(rest));
        run(command.toArray(String[]::new));
    }

    private static void run(String... command) {
        if (!attempt(command)) {
            throw new IllegalStateException("failed: " + String.join(" ", command));
        }
    }

    private static boolean attempt(String... command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // no such program here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException(e));
        }
    }
}

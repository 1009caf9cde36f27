package io.millrace.admin.command.noun;

import io.millrace.admin.MillraceAdmin;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code bin/millrace}: finds the verb that the words name, runs it, and shows what it answers. */
public final class Millrace {
    private static final int FAILED = 1;
    private static final int USUAL_WIDTH = 120;
    private static final String PATIENCE_MS = "10000";
    private static final String CLEAR = "\u001b[H\u001b[2J";
    private static final Map<String, Supplier<Verb>> VERBS = verbs();

    private final Console console;

    private Millrace(Console console) {
        this.console = console;
    }

    private static Map<String, Supplier<Verb>> verbs() {
        var verbs = new LinkedHashMap<String, Supplier<Verb>>();
        verbs.put("topic list", TopicNoun.Listing::new);
        verbs.put("topic describe", TopicNoun.Describe::new);
        verbs.put("topic create", TopicNoun.Create::new);
        verbs.put("topic delete", TopicNoun.Delete::new);
        verbs.put("group list", GroupNoun.Listing::new);
        verbs.put("group describe", GroupNoun.Describe::new);
        verbs.put("group delete", GroupNoun.Delete::new);
        verbs.put("config show", ConfigNoun.Show::new);
        verbs.put("config set", ConfigNoun.Change::new);
        verbs.put("cluster show", ClusterNoun.Show::new);
        verbs.put("doctor", Doctor::new);
        return verbs;
    }

    /** The flags that every verb has. */
    private static final class Flags {
        @Option(names = {"-b",
            "--bootstrap-server"}, paramLabel = "HOST:PORT", description = "Brokers to ask first; else the variable MILLRACE_BOOTSTRAP_SERVER, or localhost:9092.") private String bootstrapServer = System
                    .getenv().getOrDefault("MILLRACE_BOOTSTRAP_SERVER", "localhost:9092");

        @Option(names = "--command-config", paramLabel = "FILE", description = "Client settings, one name=value a line.") private Path config;

        @Option(names = {"-o",
            "--output"}, defaultValue = "table", paramLabel = "FORM", description = "table (default) or json.") private String output;

        @Option(names = "--watch", arity = "0..1", fallbackValue = "2", defaultValue = "0", paramLabel = "SECONDS", description = "Show it again and again.") private int watchSeconds;

        @SuppressWarnings("UnusedVariable") // the parser reads it
        @Option(names = {"-h",
            "--help"}, usageHelp = true, description = "Show the flags.") private boolean isHelpWanted;
    }

    /** Runs the tool. */
    public static void main(String[] arguments) {
        var console = Console.ofProcess();
        int status = new Millrace(console).run(arguments);
        console.flush();
        Runtime.getRuntime().halt(status);
    }

    /** Runs it in this process; answers the exit code. */
    public static int run(Console console, String... arguments) {
        return new Millrace(console).run(arguments);
    }

    private int run(String... words) {
        if (words.length == 0 || words[0].equals("help") || words[0].equals("--help")
                || words[0].equals("-h")) {
            help();
            return 0;
        }
        int length = VERBS.containsKey(words[0]) ? 1 : 2;
        var name = String.join(" ", Arrays.asList(words).subList(0, Math.min(length, words.length)));
        var verb = VERBS.get(name);
        if (verb == null) {
            return unknown(words);
        }
        return run(verb.get(), Arrays.copyOfRange(words, length, words.length));
    }

    private void help() {
        console.out().println("Usage: millrace NOUN VERB [what] [flags]      millrace NOUN VERB --help");
        VERBS.forEach((name, verb) -> console.out().printf("  %-16s %s%n", name,
                String.join(" ",
                        verb.get().getClass().getAnnotation(CommandLine.Command.class).description())));
    }

    private int unknown(String... words) {
        var nouns = new TreeSet<String>();
        var verbs = new TreeSet<String>();
        for (var name : VERBS.keySet()) {
            var parts = name.split(" ", -1);
            nouns.add(parts[0]);
            if (parts[0].equals(words[0]) && parts.length > 1) {
                verbs.add(parts[1]);
            }
        }
        if (verbs.isEmpty()) {
            console.err().println("Unknown: " + words[0] + "." + Guess.among(nouns, words[0]) + " There are: "
                    + String.join(", ", nouns));
        } else {
            console.err().println((words.length < 2 ? "What about the " + words[0] + "?"
                    : "Cannot " + words[1] + " a " + words[0] + "." + Guess.among(verbs, words[1]))
                    + " There are: " + String.join(", ", verbs));
        }
        return FAILED;
    }

    private int run(Verb verb, String... arguments) {
        var flags = new Flags();
        var line = new CommandLine(verb);
        line.addMixin("flags", flags);
        line.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        try {
            line.parseArgs(arguments);
            if (line.isUsageHelpRequested()) {
                var text = new PrintWriter(console.out(), false, StandardCharsets.UTF_8);
                line.usage(text);
                text.flush();
                return 0;
            }
            return show(verb, flags);
        } catch (CommandLine.ParameterException wrong) {
            console.err().println(wrong.getMessage() + ". The flags: "
                    + line.getCommandName() + " --help");
            return FAILED;
        } catch (IOException | RuntimeException failure) {
            console.err().println(explain(failure, flags));
            return FAILED;
        }
    }

    private int show(Verb verb, Flags flags) throws IOException {
        var settings = new HashMap<>(Map.of("default.api.timeout.ms", PATIENCE_MS));
        if (flags.config != null) {
            settings.putAll(Cluster.read(flags.config));
        }
        settings.put(ClientSettings.BOOTSTRAP_SERVERS.name(), flags.bootstrapServer);
        try (var admin = new MillraceAdmin(settings)) {
            while (true) {
                var sheet = verb.act(admin);
                if (flags.watchSeconds > 0) {
                    console.out().print(CLEAR);
                }
                if (flags.output.equals("json")) {
                    sheet.printJson(console.out());
                } else {
                    sheet.printTable(console.out(), width(), isColoured());
                }
                console.flush();
                if (flags.watchSeconds <= 0) {
                    return sheet.exitCode();
                }
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(flags.watchSeconds));
            }
        }
    }

    private static int width() {
        var columns = System.getenv().getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{1,4}") ? Integer.parseInt(columns) : USUAL_WIDTH;
    }

    private static boolean isColoured() {
        return "1".equals(System.getenv("MILLRACE_TERMINAL")) && System.getenv("NO_COLOR") == null;
    }

    /** What went wrong, and what to try next. */
    private static String explain(Exception failure, Flags flags) {
        boolean isSilence = failure instanceof ConnectionFailure
                || failure instanceof ApiException refusal
                        && refusal.errorCode() == ErrorCode.REQUEST_TIMED_OUT;
        return isSilence ? "No broker answers at " + flags.bootstrapServer + ": " + ToolRun.explain(failure)
                + ". Start one with bin/millrace-server-start.sh, or name another with --bootstrap-server."
                : ToolRun.explain(failure);
    }
}

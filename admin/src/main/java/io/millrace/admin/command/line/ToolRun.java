package io.millrace.admin.command.line;

import io.millrace.admin.operation.Calls;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.wire.ApiException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;

/** Runs a tool to its end: whatever goes wrong is a line or two, never a stack trace. Stateless. */
public final class ToolRun {
    private static final int FAILED = 1;
    private static final long STOP_LIMIT_MS = 10_000;

    private ToolRun() {}

    /** Runs the tool and ends the process with its exit code. */
    public static void main(Tool tool, String... arguments) {
        var console = Console.ofProcess();
        int status = run(tool, console, arguments);
        console.flush();
        Runtime.getRuntime().halt(status);
    }

    /** The same for a tool without end: an interrupt of the process stops it, and waits until it has ended in order. */
    public static void mainUntilStopped(Tool tool, Runnable stop, String... arguments) {
        var caller = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.run();
            try {
                caller.join(STOP_LIMIT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "stop"));
        main(tool, arguments);
    }

    /** Answers the exit code. */
    public static int run(Tool tool, Console console, String... arguments) {
        var line = new CommandLine(tool);
        line.setAbbreviatedOptionsAllowed(true);
        line.setOverwrittenOptionsAllowed(true);
        line.getCommandSpec().usageMessage().abbreviateSynopsis(true);
        try {
            line.parseArgs(arguments);
            if (line.isUsageHelpRequested()) {
                usage(line, console);
                return 0;
            }
            if (line.isVersionHelpRequested()) {
                console.out().println(new Version().getVersion()[0]);
                return 0;
            }
            return tool.run(console);
        } catch (CommandLine.ParameterException wrong) {
            console.err().println(wrong.getMessage());
            suggest(wrong, console);
            usage(line, console);
            return FAILED;
        } catch (ToolFailure failure) {
            console.err().println(failure.getMessage());
            if (failure.isUsage()) {
                usage(line, console);
            }
            return FAILED;
        } catch (IOException | RuntimeException failure) {
            console.err().println(explain(failure));
            return FAILED;
        }
    }

    private static void suggest(CommandLine.ParameterException wrong, Console console) {
        var errors = writer(console);
        CommandLine.UnmatchedArgumentException.printSuggestions(wrong, errors);
        errors.flush();
    }

    private static void usage(CommandLine line, Console console) {
        var errors = writer(console);
        line.usage(errors);
        errors.flush();
    }

    private static PrintWriter writer(Console console) {
        return new PrintWriter(console.err(), false, StandardCharsets.UTF_8);
    }

    /** What the user is told of a failure. */
    public static String explain(Throwable failure) {
        var cause = failure instanceof CompletionException ? Calls.failureOf(failure) : failure;
        boolean isExplained = cause instanceof ApiException || cause instanceof ConnectionFailure
                || cause instanceof SettingException || cause instanceof ToolFailure
                || cause instanceof IOException || cause instanceof UncheckedIOException
                || cause instanceof IllegalStateException;
        return isExplained && cause.getMessage() != null ? cause.getMessage() : "The tool failed: " + cause;
    }

    /** The answer; throws what the cluster refuses, or why it does not answer. */
    public static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw Calls.failureOf(e);
        }
    }

    /** The version of the distribution, for {@code --version}. */
    public static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = ToolRun.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "development" : version};
        }
    }
}

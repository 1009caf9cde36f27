package io.millrace.broker.tool;

import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.wire.MalformedMessageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;

/** Runs a tool to its end: what the user got wrong, or cannot be read, is one line. Stateless. */
final class ToolRun {
    private static final int FAILED = 1;

    private ToolRun() {}

    static void main(Callable<Integer> tool, String... arguments) {
        var line = new CommandLine(tool);
        var errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        line.setParameterExceptionHandler((wrong, given) -> {
            errors.println(wrong.getMessage() + "; --help lists the flags");
            CommandLine.UnmatchedArgumentException.printSuggestions(wrong, errors);
            return CommandLine.ExitCode.USAGE;
        });
        line.setExecutionExceptionHandler((failure, command, given) -> {
            boolean isExplained = failure instanceof SettingException || failure instanceof IOException
                    || failure instanceof UncheckedIOException || failure instanceof IllegalStateException
                    || failure instanceof MalformedMessageException;
            errors.println(isExplained ? failure.getMessage() : "The tool failed: " + failure);
            return FAILED;
        });
        System.exit(line.execute(arguments));
    }

    /** The version of the distribution, for {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = ToolRun.class.getPackage().getImplementationVersion();
            return new String[] {version == null ? "development" : version};
        }
    }
}

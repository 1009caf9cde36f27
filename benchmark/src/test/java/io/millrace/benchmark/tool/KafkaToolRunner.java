package io.millrace.benchmark.tool;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;

/** Kafka's own command-line tools, run one after another in one process. Owned by the test's thread. */
final class KafkaToolRunner implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;

    /** What a tool printed on its standard output, and how it ended. */
    record Run(int exitCode, String output) {}

    KafkaToolRunner(String classPath, Path source) throws IOException {
        process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m",
                "-Dorg.apache.logging.log4j.level=OFF", "-cp", classPath,
                source.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        answers = process.inputReader(StandardCharsets.UTF_8);
    }

    Run run(String mainClass, List<String> arguments) throws IOException {
        var request = process.outputWriter(StandardCharsets.UTF_8);
        request.write(mainClass + "\t" + String.join("\t", arguments) + "\n");
        request.flush();
        var answer = answers.readLine();
        if (answer == null) {
            throw new IOException("Kafka's tools have ended at " + mainClass + " " + arguments);
        }
        int space = answer.indexOf(' ');
        return new Run(Integer.parseInt(answer.substring(0, space)), new String(
                Base64.getDecoder().decode(answer.substring(space + 1)), StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

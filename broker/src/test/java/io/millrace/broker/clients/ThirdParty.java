package io.millrace.broker.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where the clients that other people wrote are on this machine, and the command lines that run them. Stateless. */
public final class ThirdParty {
    public static final String KAFKA = "kafka";
    static final String KAFKA_STREAMS = "kafka-streams";

    private static final Path CLIENTS = Checkout.path("broker/src/test/clients");
    private static final String JAVA = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    private ThirdParty() {}

    /** The command that runs a main class on the class path of one of the modules in broker/src/test/clients. */
    static List<String> java(String client, String mainClass, List<String> arguments) {
        var command = new ArrayList<>(
                List.of(JAVA, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(List.of("-cp", classPath(client), mainClass));
        command.addAll(arguments);
        return command;
    }

    /** The same for a program of one source file, compiled against that class path as it starts. */
    public static List<String> javaSource(String client, String sourceFile, List<String> arguments) {
        return java(client, CLIENTS.resolve(sourceFile).toString(), arguments);
    }

    static List<String> kcat(List<String> arguments) {
        return command(executable("kcat", "apt-get install kcat"), arguments);
    }

    static List<String> strace(List<String> arguments) {
        return command(executable("strace", "apt-get install strace"), arguments);
    }

    static List<String> kafkaJs(String script, List<String> arguments) {
        var home = CLIENTS.resolve("kafkajs");
        require(home.resolve("node_modules/kafkajs"), "npm install --prefix broker/src/test/clients/kafkajs");
        var command = command(executable("node", "apt-get install nodejs npm"), List.of());
        command.add(home.resolve(script).toString());
        command.addAll(arguments);
        return command;
    }

    private static List<String> command(Path executable, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(executable.toString());
        command.addAll(arguments);
        return command;
    }

    private static String classPath(String client) {
        var file = CLIENTS.resolve(client).resolve("target/classpath");
        require(file, "mvn -f broker/src/test/clients/pom.xml pre-integration-test");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path executable(String name, String installedBy) {
        for (var folder : System.getenv("PATH").split(":", -1)) {
            var candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw new AssertionError(name + " is not on the PATH; install it with: " + installedBy);
    }

    private static void require(Path file, String installedBy) {
        if (!Files.exists(file)) {
            throw new AssertionError(file + " is missing; install it with: " + installedBy);
        }
    }
}

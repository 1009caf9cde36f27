package io.millrace.benchmark.driver;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Apache Kafka, one KRaft node that is broker and controller, with the JVM options of its own start script and the
 * settings of its own server.properties. The class path also holds its performance tools.
 */
public record KafkaTarget(String classPath) implements Target {
    private static final String CLUSTER_ID = "4L6g3nShT-eMCtK--X86sw";
    private static final List<String> SCRIPT_JVM_OPTIONS = List.of(
            "-Xmx1G", "-Xms1G", "-server", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35", "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public void prepare(Path folder, int port) {
        format(folder, settings(folder, port), List.of("--standalone"));
    }

    /** Writes the settings of a node and formats its folder for them. */
    void format(Path folder, String settings, List<String> options) {
        try {
            Files.createDirectories(folder.resolve("logs"));
            var properties = Files.writeString(folder.resolve("server.properties"), settings);
            Files.writeString(folder.resolve("log4j2.properties"), LOGGING);
            var format = java(logging(folder), "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c",
                    properties.toString());
            format.addAll(options);
            var process = new ProcessBuilder(format).redirectErrorStream(true)
                    .redirectOutput(folder.resolve("format.log").toFile()).start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("storage format failed, see " + folder.resolve("format.log"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public RunningBroker start(Path folder, int port) {
        var options = new ArrayList<>(SCRIPT_JVM_OPTIONS);
        options.add(
                "-Xlog:gc*:file=" + folder.resolve("logs/gc.log") + ":time,tags:filecount=10,filesize=100M");
        options.add("-Dcom.sun.management.jmxremote=true");
        options.addAll(logging(folder));
        return RunningBroker.start(
                java(options, "kafka.Kafka", folder.resolve("server.properties").toString()), folder,
                port);
    }

    /** The command that runs a main class of the Kafka distribution. */
    public List<String> java(List<String> jvmOptions, String mainClass, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    private static List<String> logging(Path folder) {
        return List.of("-Dkafka.logs.dir=" + folder.resolve("logs"),
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"));
    }

    private static String settings(Path folder, int port) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=localhost:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                log.dirs=%3$s
                num.partitions=1
                num.recovery.threads.per.data.dir=2
                offsets.topic.replication.factor=1
                share.coordinator.state.topic.replication.factor=1
                share.coordinator.state.topic.min.isr=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                """.formatted(port, port + 1, folder.resolve("data"));
    }

    private static final String LOGGING = """
            appender.file.type = File
            appender.file.name = FILE
            appender.file.fileName = ${sys:kafka.logs.dir}/server.log
            appender.file.layout.type = PatternLayout
            appender.file.layout.pattern = [%d] %p %m (%c)%n
            rootLogger.level = info
            rootLogger.appenderRef.file.ref = FILE
            """;
}

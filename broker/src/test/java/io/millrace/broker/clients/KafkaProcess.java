package io.millrace.broker.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Apache Kafka, one KRaft node in a process of its own with its default settings. The test's thread owns it. */
final class KafkaProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Path dataDir;
    private final int port = FreePort.choose();
    private final Path properties;
    private ChildProcess process;

    private KafkaProcess(Path dataDir, Path properties) {
        this.dataDir = dataDir;
        this.properties = properties;
    }

    /** Formats the folder and starts; returns when it accepts clients. */
    static KafkaProcess start(Path dataDir, Path properties) {
        var kafka = new KafkaProcess(dataDir, properties);
        kafka.configure();
        ChildProcess.run(ThirdParty.java(ThirdParty.KAFKA, "kafka.tools.StorageTool", List.of("format", "-t",
                "4L6g3nShT-eMCtK--X86sw", "-c", properties.toString())), "", LIMIT);
        kafka.process = ChildProcess
                .start(ThirdParty.java(ThirdParty.KAFKA, "kafka.Kafka", List.of(properties.toString())));
        Deadline.in(LIMIT).await("Kafka's word that it is started", kafka::isReady);
        return kafka;
    }

    private void configure() {
        int controllerPort = FreePort.choose();
        var lines = List.of("process.roles=broker,controller", "node.id=1",
                "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
                "listeners=PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "controller.listener.names=CONTROLLER",
                "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
                "offsets.topic.replication.factor=1", "offsets.topic.num.partitions=5",
                "transaction.state.log.replication.factor=1", "transaction.state.log.min.isr=1",
                "log.dirs=" + dataDir);
        try {
            Files.write(properties, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new AssertionError("Kafka ended with " + process.exitCode() + ":\n" + process.output());
        }
        try (var client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return client.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Ends it in order. */
    void stop() {
        process.terminate();
        if (!process.awaitExit(LIMIT)) {
            throw new AssertionError("Kafka does not stop:\n" + process.output());
        }
    }

    @Override
    public void close() {
        process.kill();
    }
}

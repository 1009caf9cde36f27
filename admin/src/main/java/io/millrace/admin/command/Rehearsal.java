package io.millrace.admin.command;

import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tools against a broker that is only played, so that a JVM that records what it loads can be used again for fast
 * starts. Whatever goes wrong here goes wrong quietly.
 */
public final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int MOST_REQUEST_BYTES = 1 << 16;
    private static final byte BROKERS = 1;

    private final ServerSocket server;

    private Rehearsal(ServerSocket server) {
        this.server = server;
    }

    /** Runs the rehearsal. */
    public static void main(String[] arguments) throws IOException {
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var rehearsal = new Rehearsal(server);
            var broker = new Thread(rehearsal::serve, "broker");
            broker.setDaemon(true);
            broker.start();
            rehearsal.play(new Topics(), "--list");
            rehearsal.play(new ClusterInfo(), "cluster-id");
            for (var tool : List.of(new Topics(), new Configs(), new ConsumerGroups(), new GetOffsets(),
                    new ConsoleProducer(), new ConsoleConsumer())) {
                rehearsal.play(tool, "--help");
            }
        }
    }

    private void play(Tool tool, String... arguments) {
        var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        var words = Stream.concat(Stream.of(arguments),
                Stream.of("--bootstrap-server", "127.0.0.1:" + server.getLocalPort()));
        ToolRun.run(tool, new Console(nowhere, nowhere, InputStream.nullInputStream()),
                words.toArray(String[]::new));
    }

    /** Answers one connection after another, until the socket is closed. */
    private void serve() {
        while (!server.isClosed()) {
            try (var client = server.accept()) {
                while (answer(client)) {
                    client.getOutputStream().flush();
                }
            } catch (IOException e) {
                LOG.debug("A tool has gone", e);
            }
        }
    }

    private boolean answer(Socket client) throws IOException {
        var in = new DataInputStream(client.getInputStream());
        int length = in.readInt();
        if (length < 8 || length > MOST_REQUEST_BYTES) {
            return false;
        }
        var api = ApiKey.of(in.readShort());
        short version = in.readShort();
        int correlationId = in.readInt();
        in.skipNBytes(length - 8);
        var frame = Unpooled.buffer();
        frame.writeInt(0).writeInt(correlationId);
        if (api == null || !write(api, version, frame)) {
            return false;
        }
        frame.setInt(0, frame.readableBytes() - Integer.BYTES);
        frame.readBytes(client.getOutputStream(), frame.readableBytes());
        return true;
    }

    private boolean write(ApiKey api, short version, ByteBuf frame) {
        if (api.responseHeaderVersion(version) > 0) {
            frame.writeByte(0);
        }
        switch (api) {
            case API_VERSIONS -> Codec.of(ApiVersions.Response.class, version).write(versions(), frame);
            case METADATA -> Codec.of(Metadata.Response.class, version).write(metadata(), frame);
            case DESCRIBE_CLUSTER ->
                Codec.of(DescribeCluster.Response.class, version).write(cluster(), frame);
            default -> {
                return false;
            }
        }
        return true;
    }

    private static ApiVersions.Response versions() {
        var offered = Stream.of(ApiKey.values()).filter(each -> !each.isOurs())
                .map(each -> new ApiVersions.Response.ApiVersion(each.code(), each.minVersion(),
                        each.maxVersion()))
                .toList();
        return new ApiVersions.Response(ErrorCode.NONE, offered, 0, List.of(), -1, List.of(), false);
    }

    private Metadata.Response metadata() {
        var partition = new Metadata.Response.Partition(ErrorCode.NONE, 0, 1, 0, List.of(1), List.of(1),
                List.of());
        var topic = new Metadata.Response.Topic(ErrorCode.NONE, "rehearsal", Uuid.random(), false,
                List.of(partition), Integer.MIN_VALUE);
        var broker = new Metadata.Response.Broker(1, "127.0.0.1", server.getLocalPort(), null);
        return new Metadata.Response(0, List.of(broker), "rehearsal", 1, List.of(topic), Integer.MIN_VALUE,
                ErrorCode.NONE);
    }

    private DescribeCluster.Response cluster() {
        var broker = new DescribeCluster.Response.Broker(1, "127.0.0.1", server.getLocalPort(), null, false);
        return new DescribeCluster.Response(0, ErrorCode.NONE, null, BROKERS, "rehearsal", 1, List.of(broker),
                Integer.MIN_VALUE);
    }
}

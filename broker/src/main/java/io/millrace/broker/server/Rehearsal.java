package io.millrace.broker.server;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.data.ProduceRequestWriter;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.transaction.InitProducerId;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;

/**
 * What a first client does, done once against the own port when the archive of classes is made, so that the
 * classes behind a first record are in it. The broker's data folder is a temporary one then.
 */
final class Rehearsal {
    /** Set by the script that makes the archive. */
    static final String PROPERTY = "millrace.rehearsal";

    private static final String TOPIC = "rehearsal";
    private static final int TIMEOUT_MS = 10_000;

    private final Socket socket;
    private int correlationId;

    private Rehearsal(Socket socket) {
        this.socket = socket;
    }

    /** Ends the process when its input ends: whoever asked for a rehearsal is gone, or has seen enough. */
    static void endWithInput() {
        var watch = new Thread(() -> {
            try {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                System.err.println("The input of a rehearsal cannot be read: " + e.getMessage());
            }
            System.exit(1);
        }, "rehearsal");
        watch.setDaemon(true);
        watch.start();
    }

    static void run(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            new Rehearsal(socket).play();
        }
    }

    private void play() throws IOException {
        ask(ApiKey.API_VERSIONS, ApiVersions.Request.class,
                new ApiVersions.Request("rehearsal", "1", null, -1));
        var metadata = answer(ApiKey.METADATA, Metadata.Response.class,
                ask(ApiKey.METADATA, Metadata.Request.class, new Metadata.Request(
                        List.of(new Metadata.Request.Topic(Uuid.ZERO, TOPIC)), true, false, false)));
        ask(ApiKey.INIT_PRODUCER_ID, InitProducerId.Request.class,
                new InitProducerId.Request(null, TIMEOUT_MS, -1, (short) -1));
        var topicId = metadata.topics().get(0).topicId();
        produce(topicId);
        fetch(topicId);
        ask(ApiKey.FIND_COORDINATOR, FindCoordinator.Request.class,
                new FindCoordinator.Request("", (byte) 0, List.of(TOPIC)));
    }

    private void produce(Uuid topicId) throws IOException {
        try (var builder = new BatchBuilder(Unpooled.buffer().alloc())) {
            builder.begin().producer(0, (short) 0, 0);
            builder.append(System.currentTimeMillis(), null, Bytes.utf8(TOPIC).asByteBuf());
            var request = new GatherBuffer();
            request.begin(begin(ApiKey.PRODUCE));
            var writer = new ProduceRequestWriter();
            writer.begin(request, ApiKey.PRODUCE.maxVersion(), null, (short) -1, TIMEOUT_MS, 1);
            writer.topic(TOPIC, topicId, 1);
            writer.partition(0, builder.finish());
            writer.end();
            var whole = Unpooled.buffer();
            request.transferTo(piece -> {
                whole.writeBytes(piece);
                piece.release();
            });
            exchange(whole);
        }
    }

    private void fetch(Uuid topicId) throws IOException {
        var request = begin(ApiKey.FETCH);
        var writer = new FetchRequestWriter();
        writer.begin(request, ApiKey.FETCH.maxVersion(), new FetchParameters(FetchParameters.CONSUMER,
                FetchParameters.UNKNOWN_EPOCH, 100, 1, 1 << 20, (byte) 0, 0, 0, "", null), 1);
        writer.topic(TOPIC, topicId, 1);
        writer.partition(FetchRequestWriter.Position.ofConsumer(0, -1, 0, 1 << 20));
        writer.end(List.of());
        exchange(request);
    }

    private <Q extends ApiMessage> ByteBuf ask(ApiKey api, Class<Q> type, Q body) throws IOException {
        var request = begin(api);
        Codec.of(type, api.maxVersion()).write(body, request);
        return exchange(request);
    }

    private static <R> R answer(ApiKey api, Class<R> type, ByteBuf response) {
        response.skipBytes(Integer.BYTES + api.responseHeaderVersion(api.maxVersion()));
        return Codec.of(type, api.maxVersion()).read(response);
    }

    private ByteBuf begin(ApiKey api) {
        var request = Unpooled.buffer().writeInt(0);
        new RequestHeader(api, api.maxVersion(), correlationId++, TOPIC).write(request);
        return request;
    }

    private ByteBuf exchange(ByteBuf request) throws IOException {
        request.setInt(0, request.readableBytes() - Integer.BYTES);
        request.readBytes(socket.getOutputStream(), request.readableBytes());
        var in = new DataInputStream(socket.getInputStream());
        return Unpooled.wrappedBuffer(in.readNBytes(in.readInt()));
    }
}

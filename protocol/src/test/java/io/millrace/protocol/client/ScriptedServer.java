package io.millrace.protocol.client;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.transport.ResponseHeader;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** A blocking server on loopback that runs one script per accepted socket, each on its own thread. */
final class ScriptedServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    /** What the server does with one client. */
    interface Script {
        void run(Peer peer) throws IOException;
    }

    ScriptedServer(Script script) throws IOException {
        start(() -> {
            while (true) {
                var socket = listening.accept();
                start(() -> {
                    try (socket) {
                        script.run(new Peer(socket));
                    }
                });
            }
        });
    }

    private interface Task {
        void run() throws IOException;
    }

    private void start(Task task) {
        var thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // The client or the test has closed the socket: the script is over.
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listening.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /** One client, from the server's side. */
    static final class Peer {
        private final Socket socket;
        private final DataInputStream in;
        private final OutputStream out;

        Peer(Socket socket) throws IOException {
            this.socket = socket;
            in = new DataInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** The next request, its header read and its body left in the buffer. */
        Received next() throws IOException {
            var bytes = in.readNBytes(in.readInt());
            var frame = Unpooled.wrappedBuffer(bytes);
            return new Received(RequestHeader.read(frame), frame);
        }

        void write(byte... bytes) throws IOException {
            out.write(bytes);
            out.flush();
        }

        void answer(Received request, ApiMessage response) throws IOException {
            write(frameOf(request.header, request.header.correlationId(), request.header.version(),
                    response));
        }

        /** Answers the ApiVersions request with these keys, each from version 0 to the one given. */
        void shakeHands(Map<ApiKey, Integer> keys) throws IOException {
            answer(next(), versions(ErrorCode.NONE, keys));
        }

        void awaitEnd() throws IOException {
            in.readAllBytes();
        }

        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    /** A request as it arrived. */
    record Received(RequestHeader header, ByteBuf body) {}

    static ApiVersions.Response versions(ErrorCode error, Map<ApiKey, Integer> keys) {
        var offered = keys.entrySet().stream()
                .map(entry -> new ApiVersions.Response.ApiVersion(entry.getKey().code(), (short) 0,
                        entry.getValue().shortValue()))
                .toList();
        return new ApiVersions.Response(error, offered, 0, List.of(), -1, List.of(), false);
    }

    @SuppressWarnings("unchecked") // the codec is that of the response's own class
    static byte[] frameOf(RequestHeader request, int correlationId, int version, ApiMessage response) {
        var out = Unpooled.buffer().writeInt(0);
        new ResponseHeader(correlationId).write(out, request.apiKey(), version);
        ((Codec<ApiMessage>) Codec.of(response.getClass(), version)).write(response, out);
        out.setInt(0, out.readableBytes() - Integer.BYTES);
        var bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}

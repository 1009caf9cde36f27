package io.millrace.protocol.client;

import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.ApiVersions;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.util.AttributeKey;
import java.util.concurrent.CompletableFuture;

/**
 * Asks a new connection's peer which versions it speaks (KIP-511). A peer that does not know the version of that very
 * request says so in version 0, in which it is then asked again. Runs on the connection's loop.
 */
final class Handshake implements Answer {
    static final AttributeKey<Connection> CONNECTION = AttributeKey.valueOf(Handshake.class, "connection");

    private static final String SOFTWARE_NAME = "millrace";
    private static final String SOFTWARE_VERSION = "0.1.0";
    private static final int ASKED_VERSION = 3;

    private final Connection connection;
    private final int timeoutMs;
    private final CompletableFuture<Connection> opened;
    private int version = ASKED_VERSION;

    Handshake(Connection connection, int timeoutMs, CompletableFuture<Connection> opened) {
        this.connection = connection;
        this.timeoutMs = timeoutMs;
        this.opened = opened;
    }

    void begin() {
        var frame = connection.beginRaw(ApiKey.API_VERSIONS, version);
        var request = new ApiVersions.Request(SOFTWARE_NAME, SOFTWARE_VERSION, null, -1);
        Codec.of(ApiVersions.Request.class, version).write(request, frame);
        connection.sendRaw(ApiKey.API_VERSIONS, version, frame, timeoutMs, this);
    }

    @Override
    public void onAnswer(ByteBuf body) {
        try {
            int code = body.readableBytes() < Short.BYTES ? 0 : body.getShort(body.readerIndex());
            boolean isTooNew = code == ErrorCode.UNSUPPORTED_VERSION.code();
            var response = Codec.of(ApiVersions.Response.class, isTooNew ? 0 : version).read(body);
            if (isTooNew && version > 0) {
                version = 0;
                begin();
            } else if (response.errorCode() != ErrorCode.NONE) {
                connection.close();
                opened.completeExceptionally(new ApiException(response.errorCode(),
                        connection + " was refused: " + response.errorCode()));
            } else {
                connection.negotiated(new PeerVersions(response));
                opened.complete(connection);
            }
        } catch (MalformedMessageException e) {
            connection.close();
            opened.completeExceptionally(new ConnectionFailure(Kind.MALFORMED, e.getMessage()));
        } finally {
            body.release();
        }
    }

    @Override
    public void onFailure(RuntimeException failure) {
        opened.completeExceptionally(failure);
    }
}

package io.millrace.protocol.client;

import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.transport.FrameDecoder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Opens connections: looks the host up, tries its addresses in turn, shakes hands. Immutable; for any thread. */
public final class Connector {
    private final Options options;

    /**
     * How to connect. The channel type must suit the event loops; a host name that is no address is looked up on
     * {@code lookups}, since that blocks; an answer of more than {@code maxAnswerBytes} ends the connection.
     */
    public record Options(
            Class<? extends Channel> channelType,
            Executor lookups,
            String clientId,
            int connectTimeoutMs,
            int maxAnswerBytes) {}

    public Connector(Options options) {
        this.options = options;
    }

    /**
     * Completes on the loop once the peer has said which versions it speaks; fails with a {@link ConnectionFailure},
     * or an ApiException if the peer refused the handshake.
     */
    public CompletableFuture<Connection> connect(EventLoop loop, String host, int port) {
        var opened = new CompletableFuture<Connection>();
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address != null) {
            tryInTurn(loop, List.of(new InetSocketAddress(addressOf(host, address), port)), opened);
        } else {
            options.lookups.execute(() -> lookUp(loop, host, port, opened));
        }
        return opened;
    }

    private static InetAddress addressOf(String host, byte[] address) {
        try {
            return InetAddress.getByAddress(host, address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(host + " has " + address.length + " bytes", e);
        }
    }

    private void lookUp(EventLoop loop, String host, int port, CompletableFuture<Connection> opened) {
        try {
            var addresses = Arrays.stream(InetAddress.getAllByName(host))
                    .map(address -> new InetSocketAddress(address, port)).toList();
            tryInTurn(loop, addresses, opened);
        } catch (UnknownHostException e) {
            loop.execute(() -> opened.completeExceptionally(
                    new ConnectionFailure(Kind.UNREACHABLE, "the host " + host + " is unknown")));
        }
    }

    private void tryInTurn(EventLoop loop, List<InetSocketAddress> addresses,
            CompletableFuture<Connection> opened) {
        open(loop, addresses.get(0)).whenComplete((connection, failure) -> {
            if (failure == null) {
                opened.complete(connection);
            } else if (addresses.size() == 1) {
                opened.completeExceptionally(failure);
            } else {
                tryInTurn(loop, addresses.subList(1, addresses.size()), opened);
            }
        });
    }

    private CompletableFuture<Connection> open(EventLoop loop, InetSocketAddress address) {
        var opened = new CompletableFuture<Connection>();
        new Bootstrap().group(loop).channel(options.channelType)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, options.connectTimeoutMs)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        var connection = new Connection(channel, options.clientId);
                        channel.pipeline().addLast(new FrameDecoder(options.maxAnswerBytes),
                                connection.new Inbound());
                        channel.attr(Handshake.CONNECTION).set(connection);
                    }
                })
                .connect(address).addListener((ChannelFuture connected) -> {
                    if (connected.isSuccess()) {
                        var connection = connected.channel().attr(Handshake.CONNECTION).get();
                        new Handshake(connection, options.connectTimeoutMs, opened).begin();
                    } else {
                        opened.completeExceptionally(failureOf(address, connected.cause()));
                    }
                });
        return opened;
    }

    /** The kernel's own word for a refusal is all that the exceptions of the transports have in common. */
    private static ConnectionFailure failureOf(InetSocketAddress address, Throwable cause) {
        var text = String.valueOf(cause.getMessage());
        boolean isRefused = text.toLowerCase(Locale.ROOT).contains("refused");
        return new ConnectionFailure(isRefused ? Kind.REFUSED : Kind.UNREACHABLE,
                "cannot connect to " + address + ": " + text);
    }
}

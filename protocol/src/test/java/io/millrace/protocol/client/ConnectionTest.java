package io.millrace.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.message.cluster.DescribeCluster;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ConnectionTest {
    private static final MultiThreadIoEventLoopGroup LOOPS = new MultiThreadIoEventLoopGroup(1,
            NioIoHandler.newFactory());
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final int PATIENT_MS = 15_000;
    private static final Map<ApiKey, Integer> KEYS = Map.of(ApiKey.HEARTBEAT, 4, ApiKey.DESCRIBE_CLUSTER, 0);
    private static final Heartbeat.Response DONE = new Heartbeat.Response(0, ErrorCode.NONE);

    @AfterAll
    static void stopLoops() {
        LOOPS.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static CompletableFuture<Connection> connect(String host, int port, int timeoutMs) {
        return new Connector(new Connector.Options(NioSocketChannel.class, ForkJoinPool.commonPool(), "test",
                timeoutMs, MAX_ANSWER_BYTES)).connect(LOOPS.next(), host, port);
    }

    private static Connection connect(ScriptedServer server) throws Exception {
        return connect("127.0.0.1", server.port(), PATIENT_MS).get();
    }

    private static Heartbeat.Request heartbeat(int generation) {
        return new Heartbeat.Request("group", generation, "member", null);
    }

    private static Kind kindOf(CompletableFuture<?> failed) throws InterruptedException {
        try {
            failed.get();
            throw new AssertionError("was answered");
        } catch (ExecutionException e) {
            return ((ConnectionFailure) e.getCause()).kind();
        }
    }

    @Test
    void manyPipelinedRequestsGetTheirOwnAnswersHoweverTheBytesArrive() throws Exception {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            while (true) {
                var request = peer.next();
                int generation = request.body().getInt(request.body().readerIndex() + "group".length() + 1);
                var bytes = ScriptedServer.frameOf(request.header(), request.header().correlationId(), 4,
                        new Heartbeat.Response(generation, ErrorCode.NONE));
                int cut = random.nextInt(bytes.length);
                peer.write(Arrays.copyOf(bytes, cut));
                peer.write(Arrays.copyOfRange(bytes, cut, bytes.length));
            }
        })) {
            var connection = connect(server);
            var answers = new ArrayList<CompletableFuture<Heartbeat.Response>>();
            for (int i = 0; i < 500; i++) {
                answers.add(connection.send(heartbeat(i), PATIENT_MS));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get().throttleTimeMs()).as("seed %d", seed).isEqualTo(i);
            }
            connection.close();
            assertThat(connection.ended().get().kind()).isEqualTo(Kind.CLOSED);
        }
    }

    @Test
    void introducesItselfAndFallsBackForAPeerThatIsOlder() throws Exception {
        var askedVersions = new CompletableFuture<List<Integer>>();
        try (var server = new ScriptedServer(peer -> {
            var first = peer.next();
            var refusal = ScriptedServer.versions(ErrorCode.UNSUPPORTED_VERSION, Map.of());
            peer.write(
                    ScriptedServer.frameOf(first.header(), first.header().correlationId(), 0, refusal));
            var second = peer.next();
            askedVersions.complete(
                    List.of((int) first.header().version(), (int) second.header().version()));
            peer.answer(second, ScriptedServer.versions(ErrorCode.NONE, KEYS));
            peer.awaitEnd();
        })) {
            var connection = connect(server);
            assertThat(askedVersions.get()).containsExactly(3, 0);
            assertThat(connection.versions().highest(ApiKey.HEARTBEAT)).isEqualTo((short) 4);
            assertThat(connection.versions().highest(ApiKey.PRODUCE)).isEqualTo(PeerVersions.NONE);
        }
    }

    @Test
    void versionThatThePeerLacksIsRefusedHereAndNothingElseSuffers() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            peer.answer(peer.next(), DONE);
            peer.awaitEnd();
        })) {
            var connection = connect(server);
            var tooNew = connection.send(new DescribeCluster.Request(false, (byte) 1, true), 2, PATIENT_MS);
            assertThatThrownBy(tooNew::get).cause().isInstanceOf(ApiException.class);
            var notCarried = connection.send(new DescribeCluster.Request(false, (byte) 2, true), 0,
                    PATIENT_MS);
            assertThatThrownBy(notCarried::get).cause().isInstanceOf(ApiException.class);
            assertThat(connection.send(heartbeat(1), PATIENT_MS).get()).isEqualTo(DONE);
        }
    }

    @Test
    void rawRequestInPiecesArrivesWholeAndItsAnswerIsTheBody() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            var request = peer.next();
            peer.answer(request, new Heartbeat.Response(request.body().readableBytes(), ErrorCode.NONE));
            peer.awaitEnd();
        })) {
            var connection = connect(server);
            var body = new CompletableFuture<ByteBuf>();
            connection.loop().execute(() -> {
                var pieces = new GatherBuffer();
                pieces.begin(connection.beginRaw(ApiKey.HEARTBEAT, 4));
                pieces.fixed().writeLong(1);
                pieces.append(Unpooled.wrappedBuffer(new byte[100]));
                pieces.fixed().writeInt(2);
                connection.sendRaw(ApiKey.HEARTBEAT, 4, pieces, PATIENT_MS, into(body));
            });
            var answer = body.get();
            assertThat(answer.readInt()).isEqualTo(112);
            answer.release();
        }
    }

    private static Answer into(CompletableFuture<ByteBuf> body) {
        return new Answer() {
            @Override
            public void onAnswer(ByteBuf received) {
                body.complete(received);
            }

            @Override
            public void onFailure(RuntimeException failure) {
                body.completeExceptionally(failure);
            }
        };
    }

    @Test
    void lateAnswerEndsTheConnectionAndAllThatWaitsOnIt() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            peer.awaitEnd();
        })) {
            var connection = connect(server);
            var patient = connection.send(heartbeat(1), PATIENT_MS);
            var hasty = connection.send(heartbeat(2), 50);
            assertThat(kindOf(hasty)).isEqualTo(Kind.TIMED_OUT);
            assertThat(kindOf(patient)).isEqualTo(Kind.TIMED_OUT);
            assertThat(kindOf(connection.send(heartbeat(3), PATIENT_MS))).isEqualTo(Kind.TIMED_OUT);
        }
    }

    @Test
    void endInTheMiddleOfAnAnswerFailsEveryCall() throws Exception {
        for (boolean resets : new boolean[] {false, true}) {
            try (var server = new ScriptedServer(peer -> {
                peer.shakeHands(KEYS);
                var first = peer.next();
                peer.next();
                var whole = ScriptedServer.frameOf(first.header(), first.header().correlationId(), 4, DONE);
                peer.write(Arrays.copyOf(whole, whole.length - 1));
                if (resets) {
                    peer.reset();
                }
            })) {
                var connection = connect(server);
                var calls = List.of(connection.send(heartbeat(1), PATIENT_MS),
                        connection.send(heartbeat(2), PATIENT_MS));
                for (var call : calls) {
                    assertThat(kindOf(call)).isEqualTo(Kind.CLOSED);
                }
            }
        }
    }

    @Test
    void answersThatMakeNoSenseEndTheConnection() throws Exception {
        List<ScriptedServer.Script> nonsense = List.of(
                peer -> {
                    var request = peer.next();
                    peer.write(ScriptedServer.frameOf(request.header(),
                            request.header().correlationId() + 1, 4, DONE));
                },
                peer -> peer.write((byte) 0, (byte) 0, (byte) 0, (byte) 2, (byte) 1, (byte) 1),
                peer -> peer.write(
                        ScriptedServer.frameOf(peer.next().header(), Integer.MIN_VALUE, 4, DONE)),
                peer -> {
                    var header = peer.next().header();
                    byte[] cut = ScriptedServer.frameOf(header, header.correlationId(), 4, DONE);
                    cut[3] = 6;
                    peer.write(Arrays.copyOf(cut, 10));
                });
        for (var script : nonsense) {
            assertThat(failureAfterHandshake(script)).isEqualTo(Kind.MALFORMED);
        }
        assertThat(failureAfterHandshake(peer -> peer.write((byte) 127, (byte) 0, (byte) 0, (byte) 0)))
                .as("a huge frame").isEqualTo(Kind.CLOSED);
        assertThat(failureAfterHandshake(peer -> peer.write((byte) -1, (byte) 0, (byte) 0, (byte) 0)))
                .as("a negative length").isEqualTo(Kind.CLOSED);
    }

    private static Kind failureAfterHandshake(ScriptedServer.Script script) throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            script.run(peer);
            peer.awaitEnd();
        })) {
            return kindOf(connect(server).send(heartbeat(1), PATIENT_MS));
        }
    }

    @Test
    void connectingFailsWithTheReason() throws Exception {
        int freePort;
        try (var probe = new ServerSocket(0)) {
            freePort = probe.getLocalPort();
        }
        assertThat(kindOf(connect("127.0.0.1", freePort, PATIENT_MS))).isEqualTo(Kind.REFUSED);
        assertThat(kindOf(connect("no-such-host.invalid", 1, PATIENT_MS))).isEqualTo(Kind.UNREACHABLE);
        try (var silent = new ScriptedServer(ScriptedServer.Peer::awaitEnd)) {
            assertThat(kindOf(connect("127.0.0.1", silent.port(), 100))).isEqualTo(Kind.TIMED_OUT);
        }
        try (var refusing = new ScriptedServer(peer -> peer.answer(peer.next(),
                ScriptedServer.versions(ErrorCode.CLUSTER_AUTHORIZATION_FAILED, KEYS)))) {
            assertThatThrownBy(() -> connect("localhost", refusing.port(), PATIENT_MS).get()).cause()
                    .isInstanceOf(ApiException.class);
        }
    }

    @Test
    void callsMadeFromAFailingCallFailTooAndNothingIsLost() throws Exception {
        try (var server = new ScriptedServer(peer -> {
            peer.shakeHands(KEYS);
            peer.next();
        })) {
            var connection = connect(server);
            var failures = new AtomicInteger();
            var second = new CompletableFuture<Void>();
            connection.send(heartbeat(1), PATIENT_MS).whenComplete((answer, failure) -> {
                failures.incrementAndGet();
                connection.send(heartbeat(2), PATIENT_MS).whenComplete((nothing, again) -> {
                    failures.incrementAndGet();
                    second.complete(null);
                });
            });
            second.get();
            assertThat(failures).hasValue(2);
        }
    }
}

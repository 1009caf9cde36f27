package io.millrace.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Response;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControllerHandlerTest {
    private static final byte SET = 0;
    private static final byte DELETE = 1;

    private static final Request REQUEST = new Request(List.of(
            new Request.AlterConfigsResource((byte) 2, "orders", List.of(
                    new Request.AlterableConfig("retention.ms", SET, "1000"),
                    new Request.AlterableConfig("segment.ms", DELETE, null))),
            new Request.AlterConfigsResource((byte) 4, "", List.of(
                    new Request.AlterableConfig("ssl.protocol", SET, "TLSv1.3")))),
            true);

    @TempDir Path folder;

    @Test
    void theControllersAnswerReachesTheClientInEveryVersion() throws IOException {
        var decided = new Response(0, List.of(
                new Response.AlterConfigsResource(ErrorCode.NONE, null, (byte) 2, "orders"),
                new Response.AlterConfigsResource(ErrorCode.INVALID_REQUEST, "no", (byte) 4, "")));
        var asked = new ArrayList<Request>();
        var handler = new ControllerHandler<Request, Response>(new StubController() {
            @Override
            @SuppressWarnings("unchecked") // this handler asks for nothing else
            public <R extends ApiMessage> CompletableFuture<R> ask(ApiRequest<R> request) {
                asked.add((Request) request);
                return CompletableFuture.supplyAsync(() -> (R) decided);
            }
        });
        try (var cluster = new TestCluster(folder)) {
            for (int version = 0; version <= 1; version++) {
                assertThat(cluster.ask(handler, IncrementalAlterConfigs.Response.class, REQUEST, version))
                        .isEqualTo(decided);
            }
        }
        assertThat(asked).containsExactly(REQUEST, REQUEST);
    }
}

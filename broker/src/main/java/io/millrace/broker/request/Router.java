package io.millrace.broker.request;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table from API to handler. Filled before the first connection, read by all core loops after that. */
public final class Router {
    /** A message mostly of text may take twice its size; beyond that, small parts may take so much more. */
    private static final long DECODED_BYTES_PER_BYTE = 2;
    private static final long DECODED_BYTES = 16 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    private final Map<ApiKey, RawHandler> routes = new EnumMap<>(ApiKey.class);
    private final List<Runnable> warmings = new ArrayList<>();

    /** Routes an API whose messages the codec engine decodes. */
    public <Q extends ApiRequest<R>, R extends ApiMessage> Router on(
            Class<Q> requestType, Class<R> responseType, Handler<Q, R> handler) {
        var api = requestType.getEnclosingClass().getAnnotation(Api.class).value();
        warmings.add(() -> {
            Codec.of(requestType, api.maxVersion()).warm();
            Codec.of(responseType, api.maxVersion()).warm();
        });
        return onRaw(api, (frame, exchange) -> {
            var budget = new DecodeBudget(DECODED_BYTES_PER_BYTE * frame.readableBytes() + DECODED_BYTES);
            var request = Codec.of(requestType, exchange.version()).read(frame, budget);
            exchange.decoded(budget.spentBytes());
            handler.handle(request, exchange, response -> {
                var codec = Codec.of(responseType, exchange.version());
                exchange.respond(ResponseFrame.encode(exchange, codec, response));
            });
        });
    }

    /**
     * What makes the codecs of every API ready in its newest version, so that no first request of today's clients does
     * on a core loop; all versions would take a second of CPU. May be run on any thread, while requests are answered.
     */
    public List<Runnable> warmings() {
        return warmings;
    }

    /** Routes an API that reads its frame itself. */
    public Router onRaw(ApiKey api, RawHandler handler) {
        if (routes.put(api, handler) != null) {
            throw new IllegalStateException("two handlers for " + api);
        }
        return this;
    }

    /** The APIs that have a handler, in the order of their keys. */
    public List<ApiKey> apis() {
        return new ArrayList<>(routes.keySet());
    }

    public boolean serves(ApiKey api) {
        return routes.containsKey(api);
    }

    /** Hands a request to its handler; a request that makes no sense closes the connection. */
    public void route(ByteBuf frame, Exchange exchange) {
        try {
            routes.get(exchange.api()).handle(frame, exchange);
        } catch (MalformedMessageException e) {
            exchange.close("malformed " + exchange.api() + " v" + exchange.version() + ": " + e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} v{} from {} failed", exchange.api(), exchange.version(), exchange.connection(), e);
            if (!exchange.isAnswered()) {
                exchange.close("a bug in the handler of " + exchange.api());
            }
        }
    }
}

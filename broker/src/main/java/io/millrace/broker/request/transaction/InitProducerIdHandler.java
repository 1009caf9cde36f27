package io.millrace.broker.request.transaction;

import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.transaction.InitProducerId;
import io.millrace.protocol.wire.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives idempotent producers their id, from blocks that the controller hands out. */
public final class InitProducerIdHandler
        implements
            Handler<InitProducerId.Request, InitProducerId.Response> {
    private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);
    private static final short FIRST_EPOCH = 0;
    private static final short NO_EPOCH = -1;
    private static final long NO_ID = -1;

    private final ProducerIds ids;

    public InitProducerIdHandler(ProducerIds ids) {
        this.ids = ids;
    }

    @Override
    public void handle(
            InitProducerId.Request request, Exchange exchange, Reply<InitProducerId.Response> reply) {
        if (request.transactionalId() != null) {
            refuseTransaction(request, exchange, reply);
            return;
        }
        ids.next().whenComplete((id, failure) -> reply.send(failure == null
                ? new InitProducerId.Response(0, ErrorCode.NONE, id, FIRST_EPOCH)
                : failed(ErrorCode.COORDINATOR_NOT_AVAILABLE)));
    }

    private static void refuseTransaction(
            InitProducerId.Request request, Exchange exchange, Reply<InitProducerId.Response> reply) {
        if (request.transactionalId().isEmpty()) {
            reply.send(failed(ErrorCode.INVALID_REQUEST));
            return;
        }
        LOG.warn("{} asked for transactions, which this broker does not offer", exchange.clientId());
        reply.send(failed(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED));
    }

    private static InitProducerId.Response failed(ErrorCode error) {
        return new InitProducerId.Response(0, error, NO_ID, NO_EPOCH);
    }
}

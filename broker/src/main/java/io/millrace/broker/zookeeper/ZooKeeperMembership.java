package io.millrace.broker.zookeeper;

import io.millrace.broker.metadata.BrokerMembership;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.protocol.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.zookeeper.KeeperException.Code;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all registrations whenever one changes. State belongs to the owner, a single thread; a change during a read
 * leads to one more read, so the last list is never stale.
 */
final class ZooKeeperMembership implements BrokerMembership, SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperMembership.class);

    private final ZooKeeperSession session;
    private final Executor owner;
    private Consumer<List<BrokerRegistration>> listener;
    private boolean reading;
    private boolean changedMeanwhile;

    ZooKeeperMembership(ZooKeeperSession session, Executor owner) {
        this.session = session;
        this.owner = owner;
    }

    @Override
    public void watch(Consumer<List<BrokerRegistration>> newListener) {
        owner.execute(() -> {
            listener = newListener;
            session.addListener(this);
        });
    }

    @Override
    public void onConnected(boolean newSession) {
        owner.execute(() -> {
            if (newSession) {
                session.requests().watchBelow(session.znodes().brokerIds(),
                        event -> owner.execute(this::onChange));
            }
            onChange();
        });
    }

    @Override
    public void onLost() {}

    private void onChange() {
        if (reading) {
            changedMeanwhile = true;
            return;
        }
        reading = true;
        changedMeanwhile = false;
        session.requests().sync(session.znodes().brokerIds());
        session.requests().children(session.znodes().brokerIds())
                .thenCompose(this::readAll)
                .whenCompleteAsync(this::onRead, owner);
    }

    private CompletableFuture<List<BrokerRegistration>> readAll(List<String> ids) {
        var reads = new ArrayList<CompletableFuture<BrokerRegistration>>();
        for (var id : ids) {
            reads.add(session.requests().read(session.znodes().brokerIds() + "/" + id).thenApply(
                    node -> RegistrationNode.decode(node.data()).withEpoch(node.stat().getCzxid())));
        }
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new))
                .thenApply(all -> reads.stream().map(CompletableFuture::join).toList());
    }

    private void onRead(List<BrokerRegistration> brokers, Throwable failure) {
        reading = false;
        if (failure == null) {
            listener.accept(brokers);
        } else if (failure.getCause() instanceof MalformedMessageException) {
            LOG.error("A broker's registration cannot be read; is that broker of a newer release?", failure);
        } else if (ZooKeeperException.codeOf(failure) == Code.NONODE) {
            changedMeanwhile = true; // a broker left between the two reads
        }
        if (changedMeanwhile) {
            onChange();
        }
    }
}

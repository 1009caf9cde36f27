package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ControllerTerm;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for controller in each session. Winning creates the controller's node and raises the epoch in one step; the
 * epoch node's version is the fencing token. State belongs to the owner, a single thread.
 */
final class ZooKeeperElection implements ControllerElection, SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperElection.class);
    /** Whoever watches the seat claims it within milliseconds. */
    private static final long VACANT_MS = 1000;

    private final ZooKeeperSession session;
    private final int brokerId;
    private final Incarnation incarnation;
    private final Executor owner;
    private final ScheduledExecutorService timer;
    private Candidate candidate;
    private ControllerTerm term;
    private boolean standing;

    ZooKeeperElection(ZooKeeperSession session, int brokerId, Incarnation incarnation,
            ScheduledExecutorService owner) {
        this.session = session;
        this.brokerId = brokerId;
        this.incarnation = incarnation;
        this.owner = session.whileOpen(owner);
        this.timer = owner;
    }

    @Override
    public void campaign(Candidate newCandidate) {
        owner.execute(() -> {
            candidate = newCandidate;
            session.addListener(this);
        });
    }

    @Override
    public void resign(ControllerTerm over) {
        owner.execute(() -> {
            if (over.equals(term)) {
                end();
                releaseAndStand();
            }
        });
    }

    @Override
    public void vacate(ControllerTerm over) {
        owner.execute(() -> {
            if (over.equals(term)) {
                end();
                standing = true;
                releaseAndStand();
                timer.schedule(() -> owner.execute(() -> {
                    standing = false;
                    stand();
                }), VACANT_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    @Override
    public void withdraw() {
        owner.execute(() -> {
            end();
            candidate = null;
            releaseAndStand();
        });
    }

    @Override
    public void unseat(int controllerId, int controllerEpoch) {
        session.requests().read(session.znodes().controller()).thenCompose(node -> {
            var holder = ControllerNode.decode(node.data());
            boolean isThatOne = holder.brokerId() == controllerId && holder.epoch() == controllerEpoch;
            return isThatOne
                    ? session.requests().delete(session.znodes().controller(), node.stat().getVersion())
                    : session.requests().sync(session.znodes().controller());
        }).whenCompleteAsync((done, failure) -> stand(), owner);
    }

    @Override
    public void onConnected(boolean newSession) {
        owner.execute(() -> {
            if (newSession) {
                end();
            }
            stand();
        });
    }

    @Override
    public void onLost() {
        owner.execute(this::end);
    }

    private void end() {
        if (term != null) {
            var ended = term;
            term = null;
            candidate.onDeposed(ended);
        }
    }

    /** Deletes our own node only: another session's is left alone. */
    private void releaseAndStand() {
        session.requests().read(session.znodes().controller()).thenCompose(node -> {
            boolean isOurs = node.stat().getEphemeralOwner() == session.sessionId();
            return isOurs
                    ? session.requests().delete(session.znodes().controller(), node.stat().getVersion())
                    : session.requests().sync(session.znodes().controller());
        }).whenCompleteAsync((done, failure) -> stand(), owner);
    }

    private void stand() {
        if (standing || term != null || candidate == null) {
            return;
        }
        standing = true;
        session.requests().read(session.znodes().controllerEpoch()).whenCompleteAsync((node, failure) -> {
            if (failure != null) {
                standAgain(failure);
            } else {
                claim(Integer.parseInt(new String(node.data(), UTF_8)) + 1, node.stat().getVersion());
            }
        }, owner);
    }

    private void claim(int epoch, int epochVersion) {
        var mine = new ControllerNode(brokerId, incarnation.id(), epoch);
        session.requests().multi(List.of(
                Op.create(session.znodes().controller(), mine.encode(), Ids.OPEN_ACL_UNSAFE,
                        CreateMode.EPHEMERAL),
                Op.setData(session.znodes().controllerEpoch(), Integer.toString(epoch).getBytes(UTF_8),
                        epochVersion)))
                .whenCompleteAsync((results, failure) -> {
                    if (failure == null) {
                        var raised = (OpResult.SetDataResult) results.get(1);
                        onWon(new ControllerTerm(brokerId, epoch, raised.getStat().getVersion()));
                    } else if (ZooKeeperException.codeOf(failure) == Code.NODEEXISTS) {
                        inspect();
                    } else {
                        standAgain(failure);
                    }
                }, owner);
    }

    /** Somebody holds the seat: an answer that we lost may have seated us, or a predecessor of ours is still there. */
    private void inspect() {
        session.requests().read(session.znodes().controller()).whenCompleteAsync((node, failure) -> {
            if (failure != null) {
                standAgain(failure);
                return;
            }
            var holder = ControllerNode.decode(node.data());
            if (incarnation.covers(holder.incarnation())) {
                LOG.info("Removing the controller seat of an earlier session of this broker");
                session.requests().delete(session.znodes().controller(), node.stat().getVersion())
                        .whenCompleteAsync((done, refused) -> standAgain(refused), owner);
            } else {
                LOG.info("Broker {} is the controller, epoch {}", holder.brokerId(), holder.epoch());
                awaitVacancy();
            }
        }, owner);
    }

    private void awaitVacancy() {
        watchSeat(exists -> {
            standing = false;
            if (!exists) {
                stand();
            }
        });
    }

    private void onWon(ControllerTerm won) {
        standing = false;
        if (candidate == null) {
            releaseAndStand();
            return;
        }
        term = won;
        LOG.info("This broker is now the controller, epoch {}", won.epoch());
        candidate.onElected(won);
        watchSeat(exists -> {
            if (!exists) {
                onSeatChanged();
            }
        });
    }

    private void watchSeat(Consumer<Boolean> answer) {
        session.requests().exists(session.znodes().controller(), event -> owner.execute(this::onSeatChanged))
                .whenCompleteAsync((exists, failure) -> {
                    if (failure == null) {
                        answer.accept(exists);
                    } else {
                        standing = false;
                        session.onceConnected(() -> owner.execute(this::onSeatChanged));
                    }
                }, owner);
    }

    /** The seat may be vacant, also while we thought it ours: ask, and stand if it is. */
    private void onSeatChanged() {
        if (term == null) {
            stand();
            return;
        }
        session.requests().read(session.znodes().controller()).whenCompleteAsync((node, failure) -> {
            if (failure == null && node.stat().getEphemeralOwner() == session.sessionId()) {
                return;
            }
            if (failure == null || ZooKeeperException.codeOf(failure) == Code.NONODE) {
                end();
                stand();
            }
        }, owner);
    }

    private void standAgain(Throwable failure) {
        standing = false;
        var code = failure == null ? Code.OK : ZooKeeperException.codeOf(failure);
        if (ZooKeeperException.isUnknown(code)) {
            session.onceConnected(() -> owner.execute(this::stand));
        } else if (code == Code.OK || code == Code.NONODE || code == Code.BADVERSION) {
            stand();
        } else {
            LOG.error("This broker cannot stand for controller", new CompletionException(failure));
        }
    }
}

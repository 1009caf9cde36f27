package io.millrace.broker.zookeeper;

import java.util.concurrent.CompletionException;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.KeeperException.Code;

/** A request that ZooKeeper refused, or whose outcome is unknown. */
final class ZooKeeperException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Code code;

    ZooKeeperException(int code, String path) {
        super("ZooKeeper: " + Code.get(code) + " for " + path, KeeperException.create(Code.get(code), path));
        this.code = Code.get(code);
    }

    /** The code of a future's failure; a failure of another kind is a fault of ours. */
    static Code codeOf(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ZooKeeperException refused ? refused.code : Code.SYSTEMERROR;
    }

    /** Whether the connection broke, so that the request may or may not have been carried out. */
    static boolean isUnknown(Code code) {
        return switch (code) {
            case CONNECTIONLOSS, OPERATIONTIMEOUT, REQUESTTIMEOUT, SESSIONEXPIRED, SESSIONMOVED,
                    THROTTLEDOP ->
                true;
            default -> false;
        };
    }
}

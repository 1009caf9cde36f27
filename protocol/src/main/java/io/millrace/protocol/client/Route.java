package io.millrace.protocol.client;

/** Which broker a request is for. */
public sealed interface Route {

    /** Any broker that can be reached, the least busy one. */
    record Any() implements Route {}

    /** The broker with this id. */
    record ToNode(int nodeId) implements Route {}

    /** The leader of a partition. */
    record Leader(String topic, int partition) implements Route {}

    /** The controller, or the broker that passes requests on to it. */
    record Controller() implements Route {}

    /** The coordinator of a group, or of another kind of key. */
    record Coordinator(CoordinatorType type, String key) implements Route {}

    /** What is coordinated, with its code in FindCoordinator. */
    enum CoordinatorType {
        GROUP(0), TRANSACTION(1), SHARE(2);

        private final byte code;

        CoordinatorType(int code) {
            this.code = (byte) code;
        }

        byte code() {
            return code;
        }
    }
}

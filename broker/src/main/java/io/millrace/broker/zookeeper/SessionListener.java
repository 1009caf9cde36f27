package io.millrace.broker.zookeeper;

/** Follows the state of a session; called on ZooKeeper's threads, must only post. */
interface SessionListener {
    /** Connected, for the first time or again; a new session has none of the old one's nodes and watches. */
    void onConnected(boolean newSession);

    /** The session is over: its ephemeral nodes are gone, or soon will be. */
    void onLost();
}

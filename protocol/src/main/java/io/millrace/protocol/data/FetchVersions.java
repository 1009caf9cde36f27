package io.millrace.protocol.data;

/** First version of Fetch that carries each thing. Source: https://kafka.apache.org/protocol#The_Messages_Fetch */
final class FetchVersions {
    static final int LOG_START_OFFSET = 5;
    static final int SESSIONS = 7;
    static final int LEADER_EPOCH = 9;
    static final int RACK_ID = 11;
    static final int FLEXIBLE = 12;
    static final int TOPIC_IDS = 13;
    static final int REPLICA_STATE = 15;
    static final int NODE_ENDPOINTS = 16;
    static final int DIRECTORY_ID = 17;
    static final int HIGH_WATERMARK = 18;

    private FetchVersions() {}
}

package io.millrace.broker.zookeeper;

/** Where ZooKeeper is: its servers, and the path under which the cluster's nodes live, empty for the root. */
public record ZooKeeperAddress(String servers, String chroot) {
    private static final String EMBEDDED = "embedded";

    /** Parses {@code host:port,host:port/path}; throws {@link IllegalArgumentException} on anything else. */
    public static ZooKeeperAddress parse(String text) {
        if (!isValid(text) || isEmbedded(text)) {
            throw new IllegalArgumentException("not of the form host:port,host:port/path: " + text);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new ZooKeeperAddress(text, "");
        }
        var path = text.substring(slash);
        return new ZooKeeperAddress(text.substring(0, slash), path.equals("/") ? "" : path);
    }

    static ZooKeeperAddress loopback(int port) {
        return new ZooKeeperAddress("127.0.0.1:" + port, "");
    }

    public static boolean isEmbedded(String text) {
        return text.equals(EMBEDDED);
    }

    static boolean isValid(String text) {
        return isEmbedded(text)
                || text.matches("[^\\s/,:]+(:\\d{1,5})?(,[^\\s/,:]+(:\\d{1,5})?)*(/|(/[^\\s/]+)*)")
                || text.matches("(\\[[0-9a-fA-F:.]+\\]:\\d{1,5},?)+(/|(/[^\\s/]+)*)");
    }
}

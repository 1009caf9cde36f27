package io.millrace.broker.server;

import io.millrace.broker.log.file.DirectoryIdentity;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Path;

/** Makes sure that a data folder is this broker's: another cluster's or broker's logs must not be mixed in. */
final class OwnFolder {
    private OwnFolder() {}

    static void claim(Path folder, String clusterId, int brokerId) throws IOException {
        var owner = DirectoryIdentity.read(folder);
        if (owner.isEmpty()) {
            new DirectoryIdentity(clusterId, brokerId, Uuid.random()).write(folder);
            return;
        }
        if (!owner.get().clusterId().equals(clusterId)) {
            throw new IOException(folder + " holds data of cluster " + owner.get().clusterId()
                    + ", but ZooKeeper belongs to cluster " + clusterId
                    + ": correct zookeeper.connect, or choose another folder with log.dirs");
        }
        if (owner.get().nodeId() != brokerId) {
            throw new IOException(folder + " holds data of broker " + owner.get().nodeId() + ", not of "
                    + brokerId + ": set broker.id=" + owner.get().nodeId()
                    + ", or choose another folder with log.dirs");
        }
    }
}

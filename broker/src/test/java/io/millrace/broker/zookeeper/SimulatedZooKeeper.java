package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.simulation.machine.Machine;
import io.millrace.broker.simulation.machine.Schedule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.jute.Record;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.CheckVersionRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.SetDataRequest;

/** ZooKeeper as its clients see it: one tree, sessions that end, watches. Owns the tree; links call it in virtual time. */
public final class SimulatedZooKeeper {
    public static final int SESSION_TIMEOUT_MS = 2000;

    /** Told of each entry of the metadata log when it is committed, and of the newest epoch of a controller then. */
    @FunctionalInterface
    public interface EntryListener {
        void committed(long sequence, MetadataBatch entry, int controllerEpoch);
    }

    /** One node. */
    static final class Znode {
        byte[] data;
        int version;
        final long czxid;
        long mzxid;
        final long owner;

        Znode(byte[] data, long zxid, long owner) {
            this.data = data;
            this.czxid = zxid;
            this.mzxid = zxid;
            this.owner = owner;
        }

        Stat stat() {
            var stat = new Stat();
            stat.setCzxid(czxid);
            stat.setMzxid(mzxid);
            stat.setVersion(version);
            stat.setEphemeralOwner(owner);
            return stat;
        }
    }

    /** What a request comes to: a code, and a value if that is OK. */
    record Outcome(Code code, Object value) {
        static final Outcome DONE = new Outcome(Code.OK, null);

        static Outcome refused(Code code) {
            return new Outcome(code, null);
        }
    }

    private final Schedule schedule;
    private final EntryListener listener;
    private final Znodes znodes = new Znodes("");
    private final TreeMap<String, Znode> nodes = new TreeMap<>();
    private final Map<Long, SimulatedLink> sessions = new LinkedHashMap<>();
    private final List<SimulatedLink> links = new ArrayList<>();
    private long zxid;
    private long nextSession = 0x1000;

    public SimulatedZooKeeper(Schedule schedule, String clusterId, EntryListener listener) {
        this.schedule = schedule;
        this.listener = listener;
        for (var path : List.of("/brokers", znodes.brokerIds(), "/metadata", znodes.log(), znodes.snapshots(),
                znodes.head())) {
            nodes.put(path, new Znode(new byte[0], ++zxid, 0));
        }
        nodes.put(znodes.controllerEpoch(), new Znode("0".getBytes(UTF_8), ++zxid, 0));
        nodes.put(znodes.clusterId(), new Znode(clusterId.getBytes(UTF_8), ++zxid, 0));
    }

    /** A broker's session. */
    public ZooKeeperSession connect(Machine machine) {
        return new ZooKeeperSession(znodes, states -> {
            var link = new SimulatedLink(this, machine, states);
            links.add(link);
            return link;
        });
    }

    /** Breaks the connection of a machine, or all if null; it comes back by itself. */
    public void breakLinks(Machine machine) {
        for (var link : List.copyOf(links)) {
            if (machine == null || link.machine() == machine) {
                link.breakConnection();
            }
        }
    }

    /** Keeps machines from connecting, or all if null. */
    public void partition(Machine machine, boolean isCut) {
        for (var link : List.copyOf(links)) {
            if (machine == null || link.machine() == machine) {
                link.cut(isCut);
            }
        }
    }

    /** Ends a machine's session, as if it had been silent for too long. */
    public void expire(Machine machine) {
        for (var link : List.copyOf(links)) {
            if (link.machine() == machine) {
                expire(link.sessionId());
                link.excuse();
                link.breakConnection();
            }
        }
    }

    /** Whether the session of a machine ended, and for no other reason than that it was silent for too long. */
    public boolean isOver(Machine machine) {
        for (var link : links) {
            if (link.machine() == machine) {
                return !isOpen(link.sessionId()) && !link.isExcused();
            }
        }
        return false;
    }

    /** A machine went down or was paused: its session ends unless it is heard of in time. */
    public void silence(Machine machine) {
        for (var link : List.copyOf(links)) {
            if (link.machine() == machine) {
                link.fallSilent();
                if (machine.isDown()) {
                    links.remove(link);
                }
            }
        }
    }

    Schedule schedule() {
        return schedule;
    }

    long open(SimulatedLink link) {
        sessions.put(nextSession, link);
        return nextSession++;
    }

    boolean isOpen(long session) {
        return sessions.containsKey(session);
    }

    void expire(long session) {
        if (sessions.remove(session) != null) {
            schedule.note("zookeeper: session 0x" + Long.toHexString(session) + " ends");
            for (var path : List.copyOf(nodes.keySet())) {
                if (nodes.get(path).owner == session) {
                    remove(path);
                }
            }
        }
    }

    Outcome read(String path) {
        var node = nodes.get(path);
        return node == null ? Outcome.refused(Code.NONODE)
                : new Outcome(Code.OK, new ZooKeeperRequests.Node(node.data, node.stat()));
    }

    Znode find(String path) {
        return nodes.get(path);
    }

    Outcome children(String path) {
        if (!nodes.containsKey(path)) {
            return Outcome.refused(Code.NONODE);
        }
        var names = new ArrayList<String>();
        for (var below : nodes.tailMap(path + "/").keySet()) {
            if (!below.startsWith(path + "/")) {
                break;
            }
            if (below.indexOf('/', path.length() + 1) < 0) {
                names.add(below.substring(path.length() + 1));
            }
        }
        return new Outcome(Code.OK, names);
    }

    Outcome create(long session, String path, byte[] data, boolean isEphemeral) {
        if (nodes.containsKey(path)) {
            return Outcome.refused(Code.NODEEXISTS);
        }
        if (!nodes.containsKey(path.substring(0, path.lastIndexOf('/'))) && path.lastIndexOf('/') > 0) {
            return Outcome.refused(Code.NONODE);
        }
        var node = new Znode(data, ++zxid, isEphemeral ? session : 0);
        nodes.put(path, node);
        tellOfEntry(path, data);
        tell(path, EventType.NodeCreated);
        return new Outcome(Code.OK, node.stat());
    }

    private void tellOfEntry(String path, byte[] data) {
        if (path.startsWith(znodes.log() + "/")) {
            var epoch = new String(nodes.get(znodes.controllerEpoch()).data, UTF_8);
            listener.committed(Long.parseLong(path.substring(znodes.log().length() + 1)),
                    MetadataBatch.decode(data), Integer.parseInt(epoch));
        }
    }

    Outcome write(String path, byte[] data, int version) {
        var code = checkVersion(path, version);
        if (code != Code.OK) {
            return Outcome.refused(code);
        }
        var node = nodes.get(path);
        node.data = data;
        node.version++;
        node.mzxid = ++zxid;
        tell(path, EventType.NodeDataChanged);
        return new Outcome(Code.OK, node.stat());
    }

    Outcome delete(String path, int version) {
        var code = checkVersion(path, version);
        if (code != Code.OK) {
            return Outcome.refused(code);
        }
        if (!((List<?>) children(path).value).isEmpty()) {
            return Outcome.refused(Code.NOTEMPTY);
        }
        remove(path);
        return Outcome.DONE;
    }

    private void remove(String path) {
        zxid++;
        nodes.remove(path);
        tell(path, EventType.NodeDeleted);
    }

    private Code checkVersion(String path, int version) {
        var node = nodes.get(path);
        if (node == null) {
            return Code.NONODE;
        }
        return version < 0 || version == node.version ? Code.OK : Code.BADVERSION;
    }

    Outcome multi(long session, List<Op> ops) {
        for (var op : ops) {
            var code = check(op.toRequestRecord());
            if (code != Code.OK) {
                return Outcome.refused(code);
            }
        }
        var results = new ArrayList<OpResult>();
        for (var op : ops) {
            results.add(apply(session, op.toRequestRecord()));
        }
        return new Outcome(Code.OK, results);
    }

    private Code check(Record request) {
        if (request instanceof CheckVersionRequest check) {
            return checkVersion(check.getPath(), check.getVersion());
        }
        if (request instanceof SetDataRequest set) {
            return checkVersion(set.getPath(), set.getVersion());
        }
        return nodes.containsKey(((CreateRequest) request).getPath()) ? Code.NODEEXISTS : Code.OK;
    }

    private OpResult apply(long session, Record request) {
        if (request instanceof CreateRequest create) {
            boolean isEphemeral = create.getFlags() == CreateMode.EPHEMERAL.toFlag();
            var stat = (Stat) create(session, create.getPath(), create.getData(), isEphemeral).value;
            return new OpResult.CreateResult(create.getPath(), stat);
        }
        if (request instanceof SetDataRequest set) {
            return new OpResult.SetDataResult(
                    (Stat) write(set.getPath(), set.getData(), set.getVersion()).value);
        }
        return new OpResult.CheckResult();
    }

    private void tell(String path, EventType type) {
        for (var link : links) {
            link.changed(path, type);
        }
    }
}

package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.LogRecord;
import io.millrace.broker.coordinator.group.membership.Caller;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A broker that leads the only partition of the offsets topic, seen through its coordinators, in manual time. */
final class Cluster {
    static final String GROUP = "group";
    static final Uuid TOPIC_ID = new Uuid(7, 7);
    static final int SESSION_MS = 10_000;
    static final int REBALANCE_MS = 30_000;
    /** The initial delay, once extended: shorter than a session. */
    static final int GATHER_MS = 6_000;
    private static final Logger LOG = Logger.getLogger("io.millrace.broker.coordinator");

    static {
        LOG.setLevel(Level.OFF); // thousands of rebalances
    }

    final ManualTimers timers = new ManualTimers();
    final Settings settings;
    ClusterImage image = ClusterImage.empty("cluster");
    MemoryPartition partition;
    GroupCoordinators coordinators;
    boolean mayServe = true;

    /** The answer to one request, once it is there. */
    static final class Answer<T> implements Consumer<T> {
        private final List<T> answers = new ArrayList<>();

        @Override
        public void accept(T answer) {
            answers.add(answer);
            if (answers.size() > 1) {
                throw new AssertionError("answered twice: " + answers);
            }
        }

        boolean isHere() {
            return !answers.isEmpty();
        }

        T get() {
            if (answers.isEmpty()) {
                throw new AssertionError("not answered yet");
            }
            return answers.get(0);
        }
    }

    Cluster(Map<String, String> overrides) {
        settings = Settings.parse(new SettingCatalog(GroupSettings.ALL), overrides);
        createTopic(TopicImage.CONSUMER_OFFSETS, new Uuid(1, 1), 1);
        createTopic("topic", TOPIC_ID, 4);
        startFrom(List.of());
    }

    void createTopic(String name, Uuid id, int partitions) {
        var images = IntStream.range(0, partitions)
                .mapToObj(i -> new PartitionImage(i, List.of(1), List.of(1), 1, 0, 0)).toList();
        image = ImageBuilder.fold(image, List.of(new MetadataRecord.TopicCreated(name, id),
                new MetadataRecord.PartitionsChanged(id, images)), image.version() + 1);
    }

    void deleteTopic(Uuid id) {
        image = ImageBuilder.fold(image, List.of(new MetadataRecord.TopicDeleted(id)), image.version() + 1);
    }

    /** A new leader with this log takes over; the old one is gone without a word. */
    void startFrom(List<LogRecord> log) {
        partition = new MemoryPartition(timers, log);
        coordinators = new GroupCoordinators(settings, () -> image, timers.clock(), () -> mayServe);
        coordinators.onLeader(0, partition);
    }

    Answer<JoinGroup.Response> join(int version, JoinGroup.Request request) {
        var answer = new Answer<JoinGroup.Response>();
        coordinators.join(request, new Caller(version, "client", "/127.0.0.1"), answer);
        return answer;
    }

    Answer<JoinGroup.Response> join(int version, String memberId, String... protocols) {
        return join(version, joining(memberId, null, protocols));
    }

    Answer<JoinGroup.Response> joinStatic(int version, String memberId, String instanceId) {
        return join(version, joining(memberId, instanceId, "range"));
    }

    static JoinGroup.Request joining(String memberId, String instanceId, String... protocols) {
        return new JoinGroup.Request(GROUP, SESSION_MS, REBALANCE_MS, memberId, instanceId, "consumer",
                List.of(protocols).stream()
                        .map(name -> new JoinGroup.Request.Protocol(name, subscription("topic"))).toList(),
                null);
    }

    /** Version 0 of a consumer's metadata. */
    static Bytes subscription(String topic) {
        return Bytes.utf8("\0\0\0\0\0\1\0" + (char) topic.length() + topic + "\0\0\0\0");
    }

    Answer<SyncGroup.Response> sync(String memberId, int generation, Map<String, String> assignments) {
        return sync(memberId, null, generation, assignments);
    }

    Answer<SyncGroup.Response> sync(
            String memberId, String instanceId, int generation, Map<String, String> assignments) {
        var answer = new Answer<SyncGroup.Response>();
        coordinators.sync(new SyncGroup.Request(GROUP, generation, memberId, instanceId, null, null,
                assignments.entrySet().stream().map(entry -> new SyncGroup.Request.Assignment(
                        entry.getKey(), Bytes.utf8(entry.getValue()))).toList()),
                answer);
        return answer;
    }

    ErrorCode heartbeat(String memberId, String instanceId, int generation) {
        var answer = new Answer<Heartbeat.Response>();
        coordinators.heartbeat(new Heartbeat.Request(GROUP, generation, memberId, instanceId), answer);
        return answer.get().errorCode();
    }

    ErrorCode heartbeat(String memberId, int generation) {
        return heartbeat(memberId, null, generation);
    }

    LeaveGroup.Response leave(int version, String memberId) {
        var answer = new Answer<LeaveGroup.Response>();
        coordinators.leave(version < 3
                ? new LeaveGroup.Request(GROUP, memberId, List.of())
                : new LeaveGroup.Request(GROUP, "",
                        List.of(new LeaveGroup.Request.MemberIdentity(memberId, null, "test"))),
                version, answer);
        return answer.get();
    }

    Answer<OffsetCommit.Response> commit(String memberId, int generation, int partitionIndex, long offset) {
        return commit(9, memberId, generation,
                new OffsetCommit.Request.Partition(partitionIndex, offset, 3, null));
    }

    Answer<OffsetCommit.Response> commit(
            int version, String memberId, int generation, OffsetCommit.Request.Partition commit) {
        var answer = new Answer<OffsetCommit.Response>();
        coordinators.commit(new OffsetCommit.Request(GROUP, generation, memberId, null, -1,
                List.of(new OffsetCommit.Request.Topic(version < 10 ? "topic" : "",
                        version < 10 ? Uuid.ZERO : TOPIC_ID, List.of(commit)))),
                version, answer);
        return answer;
    }

    static ErrorCode errorOf(OffsetCommit.Response response) {
        return response.topics().get(0).partitions().get(0).errorCode();
    }

    /** The committed offset of a partition; -1 if there is none. */
    long committed(int partitionIndex) {
        return fetch(9, partitionIndex).get().get(0).topics().get(0).partitions().get(0).committedOffset();
    }

    Answer<List<OffsetFetch.Response.Group>> fetch(int version, int partitionIndex) {
        var answer = new Answer<List<OffsetFetch.Response.Group>>();
        coordinators.fetch(List.of(new OffsetFetch.Request.Group(GROUP, null, -1,
                List.of(new OffsetFetch.Request.Topics(version < 10 ? "topic" : "",
                        version < 10 ? Uuid.ZERO : TOPIC_ID, List.of(partitionIndex))))),
                version, answer);
        return answer;
    }

    /** A member that went through both steps of joining; the first of a group has the initial delay behind it. */
    String admit(String... protocols) {
        return join(4, "", protocols).get().memberId();
    }

    /** A stable group of this many members in their order of joining; the first leads. */
    List<String> stableGroup(int size) {
        var ids = new ArrayList<String>();
        var joins = new ArrayList<Answer<JoinGroup.Response>>();
        for (int i = 0; i < size; i++) {
            ids.add(admit("range"));
            joins.add(join(5, ids.get(i), "range"));
        }
        timers.advance(GATHER_MS);
        int generation = joins.get(0).get().generationId();
        for (int i = size - 1; i >= 0; i--) {
            sync(ids.get(i), generation, i > 0 ? Map.of() : assignments(ids));
        }
        return ids;
    }

    static Map<String, String> assignments(List<String> memberIds) {
        return memberIds.stream().collect(Collectors.toMap(id -> id, id -> "for " + id));
    }
}

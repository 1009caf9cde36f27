package io.millrace.broker.simulation.mutant;

import java.util.List;

/** The mutants, with a seed that finds each out; docs/simulation.md lists them. */
final class Mutants {
    static final List<Mutant> ALL = List.of(
            new Mutant("acks=all is answered when the leader has the batch", "partition/AppendQueue.java",
                    "() -> this.log.highWatermark()", "() -> this.log.logEndOffset()", 2),
            new Mutant("an expansion counts only when it is committed", "partition/InSyncReplicas.java",
                    "|| proposed != null && proposed.contains(follower.id)\n"
                            + "                    || follower.endOffset >= 0 && isCaughtUp(follower, leaderEnd, nowNs);",
                    ";", 6),
            new Mutant("a follower joins below the start of the epoch", "partition/InSyncReplicas.java",
                    "Math.max(highWatermark, epochStart)", "highWatermark", 33),
            new Mutant("a follower joins below the high watermark", "partition/InSyncReplicas.java",
                    "follower.endOffset >= Math.max(highWatermark, epochStart)", "follower.endOffset >= 0",
                    1),
            new Mutant("the leader does not tell where histories part", "request/data/PartitionReader.java",
                    "return isShared ? null", "return true ? null", 5),
            new Mutant("fetches at another leader epoch count", "partition/Leadership.java",
                    "fetch.leaderEpoch() >= 0 && fetch.leaderEpoch() != epoch() || parts(fetch)", "false",
                    7),
            new Mutant("followers do not remember producers", "log/PartitionLog.java",
                    "        if (batch.hasProducerId()) {\n            remember(batch, batch.baseOffset());",
                    "        if (batch.hasProducerId() && producers == null) {\n"
                            + "            remember(batch, batch.baseOffset());",
                    6),
            new Mutant("unclean elections are always allowed", "controller/replica/PartitionChange.java",
                    "(rules.electsUncleanly() || election == Election.UNCLEAN)", "true", 9),
            new Mutant("a broker that may have lost records stays eligible",
                    "controller/replica/PartitionChange.java",
                    "id -> isr.contains(id) || lossy.contains(id) || !replicas.contains(id)",
                    "id -> isr.contains(id) || !replicas.contains(id)", 33),
            new Mutant("eligibility is kept while the ISR can commit",
                    "controller/replica/PartitionChange.java",
                    "var elr = commits ? List.<Integer>of() : List.copyOf(eligible);",
                    "var elr = List.copyOf(eligible);", 1),
            new Mutant("a leader that starts anew keeps its epoch", "controller/replica/PartitionChange.java",
                    "leader != before.leader() || restarted.contains(leader)", "false", 2),
            new Mutant("a follower that parts is cut to its high watermark", "partition/Following.java",
                    "cutTo(partingOffset(answer.redirect().divergingEpoch()), told)",
                    "cutTo(log.highWatermark(), told)", 36),
            new Mutant("metadata is read again after a reconnection", "zookeeper/LogTail.java",
                    "        listed = false;\n        nextToRead = nextToFeed;",
                    "        listed = false;\n        nextToRead = Math.max(1, nextToFeed - 1);", 2),
            new Mutant("a new leader does not note where its epoch starts", "partition/Partition.java",
                    "log.epochs().assign(image.leaderEpoch(), log.logEndOffset());", "", 2),
            new Mutant("a copy that is cut keeps its producers", "log/LogCut.java",
                    "log.producers(producers);", "", 20),
            new Mutant("entries are trimmed that no snapshot covers", "zookeeper/SnapshotNodes.java",
                    "Math.min(trimTo, version)", "version + 2", 6),
            new Mutant("duplicates are appended", "log/producer/ProducerState.java",
                    "return ErrorCode.DUPLICATE_SEQUENCE_NUMBER;", "return ErrorCode.NONE;", 1),
            new Mutant("a coordinator answers before it has read its groups",
                    "coordinator/group/GroupShard.java",
                    "LOADING(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS)", "LOADING(ErrorCode.NONE)", 25));

    private Mutants() {}
}

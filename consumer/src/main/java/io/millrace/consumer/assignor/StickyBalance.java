package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One balanced assignment that moves as little as it can: every member keeps what it owns, what nobody owns goes to those
 * with least, and then partitions move along chains of members until none has two more than another that could relieve
 * it. Used by one thread.
 */
final class StickyBalance {
    private final List<MemberSubscription> members;
    private final Map<String, List<MemberSubscription>> readers = new HashMap<>();
    private final Map<TopicPartition, String> owners = new HashMap<>();
    private final TreeMap<String, List<TopicPartition>> assignment;

    StickyBalance(Map<String, Integer> partitionCounts, Collection<MemberSubscription> given) {
        members = given.stream().sorted().toList();
        assignment = MemberSubscription.nothing(members);
        members.forEach(member -> member.topics().stream().filter(partitionCounts::containsKey).forEach(
                topic -> readers.computeIfAbsent(topic, absent -> new ArrayList<>()).add(member)));
        keepOwned(partitionCounts);
        var free = new ArrayList<TopicPartition>();
        new TreeMap<>(partitionCounts).forEach((topic, count) -> {
            for (int i = 0; i < count && readers.containsKey(topic); i++) {
                var partition = new TopicPartition(topic, i);
                if (!owners.containsKey(partition)) {
                    free.add(partition);
                }
            }
        });
        free.sort(Comparator.comparingInt(partition -> readers.get(partition.topic()).size()));
        free.forEach(this::giveToLeast);
        balance();
    }

    /** Of several that claim a partition, the one of the latest generation has it; of one generation, none. */
    private void keepOwned(Map<String, Integer> partitionCounts) {
        var generations = new HashMap<TopicPartition, Integer>();
        var claims = new HashMap<TopicPartition, MemberSubscription>();
        for (var member : members) {
            for (var partition : member.owned()) {
                boolean isReadable = member.topics().contains(partition.topic()) && partition.partition() >= 0
                        && partition.partition() < partitionCounts.getOrDefault(partition.topic(), 0);
                int known = generations.getOrDefault(partition, Integer.MIN_VALUE);
                if (isReadable && member.generation() > known) {
                    generations.put(partition, member.generation());
                    claims.put(partition, member);
                } else if (isReadable && member.generation() == known && claims.get(partition) != member) {
                    claims.remove(partition);
                }
            }
        }
        new TreeMap<>(claims).forEach((partition, member) -> put(partition, member.memberId()));
    }

    private void put(TopicPartition partition, String member) {
        owners.put(partition, member);
        assignment.get(member).add(partition);
    }

    private int load(String member) {
        return assignment.get(member).size();
    }

    private void giveToLeast(TopicPartition partition) {
        String least = null;
        for (var reader : readers.get(partition.topic())) {
            if (least == null || load(reader.memberId()) < load(least)) {
                least = reader.memberId();
            }
        }
        put(partition, least);
    }

    /** Takes from the fullest members first, as long as that brings two members closer. */
    private void balance() {
        var settled = new HashSet<String>();
        while (settled.size() < members.size()) {
            String fullest = null;
            for (var member : members) {
                if (!settled.contains(member.memberId())
                        && (fullest == null || load(member.memberId()) > load(fullest))) {
                    fullest = member.memberId();
                }
            }
            if (load(fullest) <= leastLoad() + 1) {
                return;
            }
            if (relieve(fullest)) {
                settled.clear();
            } else {
                settled.add(fullest);
            }
        }
    }

    private int leastLoad() {
        int least = Integer.MAX_VALUE;
        for (var each : assignment.values()) {
            least = Math.min(least, each.size());
        }
        return least;
    }

    /**
     * Moves one partition away along the shortest chain to a member with at least two less; false if there is none. What a
     * member got last, and did not own before, goes first.
     */
    private boolean relieve(String from) {
        var cameBy = new HashMap<String, TopicPartition>();
        var open = new ArrayDeque<>(List.of(from));
        var seen = new HashSet<>(Set.of(from));
        while (!open.isEmpty()) {
            var at = open.poll();
            var topics = new HashSet<String>();
            var held = assignment.get(at);
            for (int i = held.size() - 1; i >= 0; i--) {
                var partition = held.get(i);
                if (!topics.add(partition.topic())) {
                    continue;
                }
                String next = leastUnseen(partition, seen);
                while (next != null) {
                    seen.add(next);
                    cameBy.put(next, partition);
                    if (load(next) + 1 < load(from)) {
                        moveAlong(cameBy, next, from);
                        return true;
                    }
                    open.add(next);
                    next = leastUnseen(partition, seen);
                }
            }
        }
        return false;
    }

    private String leastUnseen(TopicPartition partition, Set<String> seen) {
        String least = null;
        for (var reader : readers.get(partition.topic())) {
            if (!seen.contains(reader.memberId())
                    && (least == null || load(reader.memberId()) < load(least))) {
                least = reader.memberId();
            }
        }
        return least;
    }

    private void moveAlong(Map<String, TopicPartition> cameBy, String to, String from) {
        for (var at = to; !at.equals(from);) {
            var partition = cameBy.get(at);
            var before = owners.get(partition);
            assignment.get(before).remove(partition);
            put(partition, at);
            at = before;
        }
    }

    Map<String, List<TopicPartition>> assignment() {
        return assignment;
    }
}

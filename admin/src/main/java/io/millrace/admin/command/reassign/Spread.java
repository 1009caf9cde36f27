package io.millrace.admin.command.reassign;

import io.millrace.admin.cluster.BrokerDescription;
import io.millrace.admin.command.line.ToolFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Spreads replicas over brokers: leaders in turn, followers over other brokers and, while there are some, other racks.
 * Pure functions.
 */
final class Spread {
    private Spread() {}

    /** The replicas of partitions 0 and so on; the first goes to the broker at the start, counted round. */
    static List<List<Integer>> over(List<BrokerDescription> brokers, int partitions, int replicationFactor,
            int start) {
        if (replicationFactor > brokers.size()) {
            throw ToolFailure.of("Replication factor: " + replicationFactor
                    + " larger than available brokers: " + brokers.size());
        }
        var inTurn = alternatingRacks(brokers);
        var placed = new ArrayList<List<Integer>>();
        for (int partition = 0; partition < partitions; partition++) {
            int leader = (start + partition) % inTurn.size();
            int shift = partition / inTurn.size();
            placed.add(replicas(inTurn, leader, shift, replicationFactor));
        }
        return placed;
    }

    /** Brokers of different racks beside each other, as far as that goes. */
    private static List<BrokerDescription> alternatingRacks(List<BrokerDescription> brokers) {
        var byRack = new TreeMap<String, List<BrokerDescription>>();
        brokers.forEach(each -> byRack.computeIfAbsent(String.valueOf(each.rack()), rack -> new ArrayList<>())
                .add(each));
        var inTurn = new ArrayList<BrokerDescription>();
        for (int i = 0; inTurn.size() < brokers.size(); i++) {
            for (var rack : byRack.values()) {
                if (i < rack.size()) {
                    inTurn.add(rack.get(i));
                }
            }
        }
        return inTurn;
    }

    private static List<Integer> replicas(List<BrokerDescription> inTurn, int leader, int shift, int count) {
        var chosen = new LinkedHashMap<Integer, String>();
        var first = inTurn.get(leader);
        chosen.put(first.id(), String.valueOf(first.rack()));
        int others = inTurn.size() - 1;
        for (boolean mayShareRack : new boolean[] {false, true}) {
            for (int i = 0; i < others && chosen.size() < count; i++) {
                var next = inTurn.get((leader + 1 + (shift + i) % others) % inTurn.size());
                if (!chosen.containsKey(next.id()) && (mayShareRack || isFreshRack(chosen, next))) {
                    chosen.put(next.id(), String.valueOf(next.rack()));
                }
            }
        }
        return List.copyOf(chosen.keySet());
    }

    private static boolean isFreshRack(Map<Integer, String> chosen, BrokerDescription next) {
        return !chosen.containsValue(String.valueOf(next.rack()));
    }
}

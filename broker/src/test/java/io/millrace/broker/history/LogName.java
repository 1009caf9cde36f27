package io.millrace.broker.history;

/** A partition's log. A topic that is deleted and created again begins new logs: its incarnations count up from 0. */
public record LogName(String topic, int incarnation, int partition) {
    @Override
    public String toString() {
        return topic + (incarnation == 0 ? "" : "#" + incarnation) + "-" + partition;
    }
}

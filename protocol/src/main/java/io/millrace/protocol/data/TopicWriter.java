package io.millrace.protocol.data;

import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Uuid;

/**
 * Writes a list of topics round the partitions that its owner writes: each topic by its name or its id, and what ends
 * it. The twin of {@link TopicCursor}.
 */
final class TopicWriter {
    private final FieldWriter writer;
    private boolean byId;
    private boolean isInside;

    TopicWriter(FieldWriter writer) {
        this.writer = writer;
    }

    void begin(boolean byId, int topicCount) {
        this.byId = byId;
        writer.count(topicCount);
        isInside = false;
    }

    void topic(String name, Uuid topicId, int partitionCount) {
        end();
        isInside = true;
        if (byId) {
            writer.uuid(topicId);
        } else {
            writer.text(name);
        }
        writer.count(partitionCount);
    }

    /** Ends the last topic, if there was one. */
    void end() {
        if (isInside) {
            writer.noTags();
            isInside = false;
        }
    }
}

package io.millrace.broker.controller.decision;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Uuid;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.Supplier;

/** All that a decision may look at. The spread picks a number below its argument: where placement starts. */
public record DecisionContext(ClusterImage image, Settings broker, IntUnaryOperator spread,
        Supplier<Uuid> topicIds, Suspects suspects, Sessions sessions) {

    /** A context in which nobody is suspected, and nobody lingers. */
    public DecisionContext(ClusterImage image, Settings broker, IntUnaryOperator spread,
            Supplier<Uuid> topicIds) {
        this(image, broker, spread, topicIds, Suspects.NONE, Sessions.of(image.brokers().values()));
    }

    /** The context after these records. */
    public DecisionContext after(List<MetadataRecord> records) {
        return records.isEmpty() ? this : withImage(ImageBuilder.fold(image, records, image.version()));
    }

    public DecisionContext withImage(ClusterImage next) {
        return new DecisionContext(next, broker, spread, topicIds, suspects, sessions);
    }

    public DecisionContext withSuspects(Suspects next) {
        return new DecisionContext(image, broker, spread, topicIds, next, sessions);
    }

    public DecisionContext withSessions(Sessions next) {
        return new DecisionContext(image, broker, spread, topicIds, suspects, next);
    }
}

package io.millrace.broker.history;

import io.millrace.broker.history.Anomaly.Kind;
import java.util.HashMap;
import java.util.function.BiConsumer;

/** Does the end of the log, as each consumer sees it, only ever move forward? Pure. */
record WatermarkCheck(LogHistory log, BiConsumer<Kind, String> found) {

    void run() {
        var atLeast = new HashMap<String, Long>();
        int polled = 0;
        for (var seen : log.ends()) {
            for (; polled < log.polls().size() && log.polls().get(polled).at() < seen.invoked(); polled++) {
                var poll = log.polls().get(polled);
                poll.records().forEach(
                        record -> atLeast.merge(poll.consumer(), record.offset() + 1, Math::max));
            }
            long before = atLeast.merge(seen.consumer(), seen.end(), Math::max);
            if (seen.end() < before) {
                found.accept(Kind.WATERMARK_REGRESSION,
                        seen.consumer() + " saw " + before + ", then " + seen.end());
            }
        }
    }
}

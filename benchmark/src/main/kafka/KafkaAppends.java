import io.millrace.benchmark.append.AppendRun;
import io.millrace.benchmark.load.OpenLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/**
 * Kafka's log as its leader uses it: each batch is checked and appended, and with flush.messages=1 forced, before the
 * call returns. Run as a source file, on the class path of Kafka's server.
 */
public final class KafkaAppends implements OpenLoop.Log {
    private static final int DAY_MS = 86_400_000;
    private static final long FLUSH_INTERVAL_MS = 5;

    private final UnifiedLog log;
    private final MemoryRecords batch;
    private long appended;

    private KafkaAppends(UnifiedLog log, int recordBytes) {
        this.log = log;
        this.batch = MemoryRecords.withRecords(Compression.NONE,
                new SimpleRecord(System.currentTimeMillis(), null, new byte[recordBytes]));
    }

    public static void main(String[] arguments) throws IOException {
        var run = AppendRun.parse(arguments);
        var scheduler = new KafkaScheduler(4);
        scheduler.startup();
        Map<String, String> settings = run.policy() == AppendRun.Policy.SYNC
                ? Map.of("flush.messages", "1")
                : Map.of();
        var folder = Files.createDirectories(run.folder().resolve("appends-0"));
        var log = UnifiedLog.create(folder.toFile(), new LogConfig(settings), 0, 0, scheduler,
                new BrokerTopicStats(), Time.SYSTEM, DAY_MS, new ProducerStateManagerConfig(DAY_MS, false), DAY_MS,
                new LogDirFailureChannel(1), true, Optional.of(Uuid.randomUuid()));
        if (run.policy() == AppendRun.Policy.INTERVAL) {
            Executors.newSingleThreadScheduledExecutor().scheduleAtFixedRate(() -> log.flush(false),
                    FLUSH_INTERVAL_MS, FLUSH_INTERVAL_MS, TimeUnit.MILLISECONDS);
        }
        System.out.println(run.measure(new KafkaAppends(log, run.recordBytes())));
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    @Override
    public void append() {
        batch.buffer().putLong(0, 0); // the offset that the append before has set
        try {
            log.appendAsLeader(batch, 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        appended++;
    }

    @Override
    public long complete() {
        return appended;
    }
}

import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/**
 * Compacts partitions' folders, closed in order, with Apache Kafka's own cleaner, one after another: one round for each
 * argument behind the folders' paths, colons between them, the settings, {@code name=value,...}, and the logs' end. A
 * round is {@code first dirty offset:first uncleanable offset:time}. Prints the CPU time that each took.
 */
public final class CompactWithKafka {
    private static final long NO_LIMIT = 1L << 40;

    private CompactWithKafka() {}

    /** The clock of a moment at which no producer of the log is forgotten. */
    private static Time standingStill() {
        return (Time) Proxy.newProxyInstance(Time.class.getClassLoader(), new Class<?>[] {Time.class},
                (proxy, method, arguments) -> method.getName().equals("milliseconds") ? 5_000_000L
                        : method.invoke(Time.SYSTEM, arguments));
    }

    public static void main(String[] arguments) throws Exception {
        for (String folder : arguments[0].split(File.pathSeparator)) {
            clean(new File(folder), arguments);
        }
    }

    private static void clean(File folder, String[] arguments) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (String setting : arguments[1].split(",")) {
            settings.put(setting.split("=")[0], setting.split("=")[1]);
        }
        KafkaScheduler scheduler = new KafkaScheduler(1);
        scheduler.startup();
        UnifiedLog log = UnifiedLog.create(folder, new LogConfig(settings), 0, Long.parseLong(arguments[2]),
                scheduler, new BrokerTopicStats(), standingStill(), 300_000, new ProducerStateManagerConfig(86_400_000, false),
                600_000, new LogDirFailureChannel(1), true, Optional.empty());
        log.updateHighWatermark(log.logEndOffset());
        Cleaner cleaner = new Cleaner(0, new SkimpyOffsetMap(1 << 24), 1 << 16, 1 << 24, 0.9,
                new Throttler(NO_LIMIT, 300, "cleaner", "bytes", Time.SYSTEM), Time.SYSTEM, partition -> { });
        for (int i = 3; i < arguments.length; i++) {
            String[] round = arguments[i].split(":");
            LogToClean part = new LogToClean(log, Long.parseLong(round[0]), Long.parseLong(round[1]), false);
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            long cleanedTo = cleaner.doClean(part, Long.parseLong(round[2])).getKey();
            System.out.println("cleaned to " + cleanedTo + " in ns "
                    + (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before));
        }
        log.close();
        scheduler.shutdown();
    }
}

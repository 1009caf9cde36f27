import java.io.DataInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.utils.PrimitiveRef;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.LogValidator;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.xerial.snappy.SnappyError;

/**
 * What Apache Kafka's broker says to batches, one line each: the error's name. Arguments: a file of batches, each behind
 * its length (4); the time; whether the topic is compacted; how far timestamps may lie before and after now.
 */
public final class ValidateWithKafka {
    private ValidateWithKafka() {}

    public static void main(String[] arguments) throws IOException {
        long nowMs = Long.parseLong(arguments[1]);
        Time clock = (Time) Proxy.newProxyInstance(Time.class.getClassLoader(), new Class<?>[] {Time.class},
                (proxy, method, given) -> method.getName().equals("milliseconds") ? nowMs
                        : method.invoke(Time.SYSTEM, given));
        StringBuilder answers = new StringBuilder();
        try (DataInputStream batches = new DataInputStream(Files.newInputStream(Path.of(arguments[0])))) {
            while (batches.available() > 0) {
                byte[] bytes = batches.readNBytes(batches.readInt());
                answers.append(answer(bytes, clock, Boolean.parseBoolean(arguments[2]), Long.parseLong(arguments[3]),
                        Long.parseLong(arguments[4]))).append('\n');
            }
        }
        System.out.print(answers);
    }

    private static Errors answer(byte[] bytes, Time clock, boolean isCompacted, long beforeMs, long afterMs) {
        try {
            check(MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)), bytes.length, clock, isCompacted, beforeMs,
                    afterMs);
            return Errors.NONE;
        } catch (RecordValidationException e) {
            return Errors.forException(e.invalidException());
        } catch (RuntimeException | SnappyError e) {
            return Errors.forException(e);
        }
    }

    /** In the order of a produce request's way: its form, the log's look at the batch, then its records. */
    private static void check(MemoryRecords records, int length, Time clock, boolean isCompacted, long beforeMs,
            long afterMs) {
        ProduceRequest.validateRecords((short) 11, records);
        MutableRecordBatch batch = records.batches().iterator().next();
        if (batch.baseOffset() != 0) {
            throw new InvalidRecordException("base offset");
        }
        batch.ensureValid();
        Compression codec = Compression.of(batch.compressionType()).build();
        new LogValidator(records, new TopicPartition("orders", 0), clock, batch.compressionType(), codec, isCompacted,
                RecordBatch.MAGIC_VALUE_V2, TimestampType.CREATE_TIME, beforeMs, afterMs, 0, AppendOrigin.CLIENT)
                .validateMessagesAndAssignOffsets(PrimitiveRef.ofLong(0), metrics(),
                        RequestLocal.withThreadConfinedCaching().bufferSupplier());
    }

    private static LogValidator.MetricsRecorder metrics() {
        return (LogValidator.MetricsRecorder) Proxy.newProxyInstance(LogValidator.class.getClassLoader(),
                new Class<?>[] {LogValidator.MetricsRecorder.class}, (proxy, method, given) -> null);
    }
}

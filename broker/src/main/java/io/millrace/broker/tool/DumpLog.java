package io.millrace.broker.tool;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.protocol.record.RecordBatch;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/millrace-dump-log.sh}: shows and checks the files of a partition. Takes the flags of Kafka's tool. */
@Command(name = "millrace-dump-log.sh", sortOptions = false, description = {
    "Shows what log, index and snapshot files hold, and checks it.",
    "Ends with status 1 if anything is damaged."}, mixinStandardHelpOptions = true, versionProvider = ToolRun.Version.class)
public final class DumpLog implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 16;

    @Option(names = "--files", required = true, split = ",", paramLabel = "FILE", description = "Files to show, or a partition's folder for all in it; separated by commas.") private List<Path> files;

    @Option(names = "--deep-iteration", description = "Show the records of each batch, not only the batch.") private boolean isDeep;

    @Option(names = "--print-data-log", description = "Show keys and values as well.") private boolean printsData;

    @Option(names = "--json", description = "One JSON object a line.") private boolean isJson;

    @Option(names = "--verify-index-only", description = "Compare indexes with their log and show differences alone.") private boolean verifiesIndex;

    @Option(names = "--index-sanity-check", description = "Only check what a broker checks of an index at start.") private boolean checksSanity;

    @Option(names = "--max-bytes", defaultValue = ""
            + Long.MAX_VALUE, paramLabel = "BYTES", description = "Stop after so many bytes of a log.") private long maxBytes;

    @Option(names = "--skip-record-metadata", description = "Show keys and values alone.") private boolean skipsMetadata;

    @Option(names = "--key-decoder-class", defaultValue = "string", arity = "0..1", fallbackValue = "string", paramLabel = "KIND", description = "string (default), long, integer or hex.") private String keyDecoder;

    @Option(names = "--value-decoder-class", defaultValue = "string", arity = "0..1", fallbackValue = "string", paramLabel = "KIND", description = "Likewise for values.") private String valueDecoder;

    @Option(names = "--offsets-decoder", description = "The log is of __consumer_offsets.") private boolean decodesOffsets;

    @Option(names = "--transaction-log-decoder", description = "The log is of __transaction_state.") private boolean decodesTransactions;

    @Option(names = {"--cluster-metadata-decoder", "--share-group-state-decoder",
        "--remote-log-metadata-decoder"}, hidden = true) private boolean decodesForeign;

    private RowPrinter printer;

    @Option(names = "--max-message-size", paramLabel = "BYTES", description = "Taken for the sake of Kafka's scripts: batches of any size are read.")
    void acceptMaxMessageSize(int bytes) {}

    /** Runs the tool; the exit status is 0, 1 for damage or a file that cannot be read, 2 for a wrong command line. */
    public static void main(String[] arguments) {
        ToolRun.main(new DumpLog(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        var out = new PrintStream(
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER_BYTES),
                false, StandardCharsets.UTF_8);
        if (decodesForeign) {
            System.err
                    .println("Millrace has no such topic: its metadata is in ZooKeeper, and share groups and"
                            + " tiered storage are not offered. Use --print-data-log for the bytes.");
            return CommandLine.ExitCode.USAGE;
        }
        printer = isJson ? new JsonPrinter(out) : new TextPrinter(out);
        int unreadable = 0;
        try {
            for (var file : files) {
                unreadable += dump(file) ? 0 : 1;
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        } finally {
            printer.flush();
        }
        return unreadable > 0 || printer.problems() > 0 ? 1 : 0;
    }

    private boolean dump(Path file) {
        try {
            if (Files.isDirectory(file)) {
                try (var inside = Files.list(file)) {
                    for (var one : inside.sorted().toList()) {
                        dumpFile(one);
                    }
                }
            } else {
                dumpFile(file);
            }
            return true;
        } catch (DamagedFileException e) {
            System.err.println(e.getMessage());
        } catch (NoSuchFileException e) {
            System.err.println("There is no file " + e.getMessage());
        } catch (IOException e) {
            System.err.println("Cannot read " + file + ": " + e.getMessage());
        }
        return false;
    }

    private void dumpFile(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        var name = file.getFileName().toString();
        var kind = name.substring(Math.max(0, name.lastIndexOf('.')));
        if (LogFiles.offsetOf(file, kind) < 0) {
            printer.begin(file);
            printer.note("Ignoring unknown file " + file);
            return;
        }
        var index = new IndexDump(printer, indexMode());
        printer.begin(file);
        switch (kind) {
            case LogFiles.LOG -> new LogDump(printer, options()).dump(file);
            case LogFiles.OFFSET_INDEX -> index.dumpOffsets(file);
            case LogFiles.TIME_INDEX -> index.dumpTimes(file);
            case LogFiles.TRANSACTION_INDEX -> index.dumpTransactions(file);
            case LogFiles.PRODUCER_SNAPSHOT -> dumpSnapshot(file);
            default -> printer.note("Ignoring unknown file " + file);
        }
    }

    private IndexDump.Mode indexMode() {
        if (checksSanity) {
            return IndexDump.Mode.SANITY;
        }
        return verifiesIndex ? IndexDump.Mode.MISMATCHES : IndexDump.Mode.ENTRIES;
    }

    private LogDump.Options options() {
        boolean decodes = decodesOffsets || decodesTransactions;
        var depth = isDeep ? LogDump.Depth.RECORDS : LogDump.Depth.BATCHES;
        return new LogDump.Options(printsData || decodes || skipsMetadata ? LogDump.Depth.CONTENTS : depth,
                !skipsMetadata, maxBytes, decoder());
    }

    private RecordDecoder decoder() {
        if (decodesOffsets) {
            return new OffsetsDecoder();
        }
        return decodesTransactions
                ? new TransactionLogDecoder()
                : new PlainDecoder(PlainDecoder.named(keyDecoder), PlainDecoder.named(valueDecoder));
    }

    private void dumpSnapshot(Path file) throws IOException {
        for (var batch : ProducerSnapshot.read(file).batches()) {
            printer.row(Row.of("producer")
                    .with("producerId", batch.producerId())
                    .with("producerEpoch", batch.epoch())
                    .with("coordinatorEpoch", batch.coordinatorEpoch())
                    .withOptional("currentTxnFirstOffset", batch.transactionStart(),
                            batch.transactionStart() >= 0)
                    .with("lastTimestamp", batch.timestampMs())
                    .with("firstSequence",
                            RecordBatch.sequencePlus(batch.lastSequence(), -batch.offsetDelta()))
                    .with("lastSequence", batch.lastSequence())
                    .with("lastOffset", batch.lastOffset())
                    .with("offsetDelta", batch.offsetDelta())
                    .with("timestamp", batch.timestampMs()));
        }
    }
}

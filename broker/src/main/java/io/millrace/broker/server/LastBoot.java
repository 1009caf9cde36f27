package io.millrace.broker.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.broker.log.file.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers in each data folder in which run of the machine this broker registered last. While the machine runs on, all
 * that a killed broker wrote is still there: the operating system holds it. Used at start, by one thread.
 */
final class LastBoot {
    private static final Logger LOG = LoggerFactory.getLogger(LastBoot.class);
    private static final Path MACHINE_RUN = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String FILE = "broker.boot";

    private final List<Path> folders;
    private final String machineRun;

    LastBoot(List<Path> folders) throws IOException {
        this.folders = folders;
        machineRun = Files.isReadable(MACHINE_RUN) ? Files.readString(MACHINE_RUN).strip() : "";
    }

    /** The epoch of the last registration, if nothing written since can be lost: every folder must know it. */
    OptionalLong survivingEpoch() {
        var epochs = folders.stream().map(this::epochIn).distinct().toList();
        return epochs.size() == 1 && !machineRun.isEmpty() ? epochs.get(0) : OptionalLong.empty();
    }

    private OptionalLong epochIn(Path folder) {
        try {
            var words = Files.readString(folder.resolve(FILE), US_ASCII).strip().split(" ");
            return words.length == 2 && words[0].equals(machineRun) && words[1].matches("\\d{1,18}")
                    ? OptionalLong.of(Long.parseLong(words[1]))
                    : OptionalLong.empty();
        } catch (IOException e) {
            LOG.debug("{} does not say when this broker ran last: {}", folder, e.toString());
            return OptionalLong.empty();
        }
    }

    /** A folder that cannot be written has nothing to say at the next start, which then trusts none of them. */
    void registered(long epoch) {
        for (var folder : folders) {
            var line = machineRun + " " + epoch + "\n";
            try {
                DurableFile.replaceUnforced(folder.resolve(FILE), ByteBuffer.wrap(line.getBytes(US_ASCII)));
            } catch (IOException e) {
                LOG.warn("Cannot write {} in {}: {}", FILE, folder, e.toString());
            }
        }
    }
}

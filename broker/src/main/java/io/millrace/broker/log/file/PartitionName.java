package io.millrace.broker.log.file;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/** A partition by its topic's name; also the name of its folder: {@code orders-0}. */
public record PartitionName(String topic, int partition) {
    public static final Comparator<PartitionName> ORDER = Comparator.comparing(PartitionName::topic)
            .thenComparing(PartitionName::partition);

    private static final Pattern FOLDER = Pattern.compile("([a-zA-Z0-9._-]{1,249})-(0|[1-9][0-9]{0,8})");

    /** The partition whose folder has this name; empty for a folder that is none. */
    public static Optional<PartitionName> ofFolder(String folderName) {
        var matcher = FOLDER.matcher(folderName);
        return matcher.matches()
                ? Optional.of(new PartitionName(matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    @Override
    public String toString() {
        return topic + "-" + partition;
    }
}

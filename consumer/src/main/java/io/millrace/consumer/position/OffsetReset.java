package io.millrace.consumer.position;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.OptionalLong;

/** What {@code auto.offset.reset} says: where to begin without a position, or after losing it (KIP-1106). Immutable. */
public final class OffsetReset {
    /** Stands for the first record in ListOffsets. */
    public static final long EARLIEST_TIMESTAMP = -2;
    /** Stands for the end in ListOffsets. */
    public static final long LATEST_TIMESTAMP = -1;
    private static final String BY_DURATION = "by_duration:";

    private final String text;
    private final Duration ago;

    private OffsetReset(String text, Duration ago) {
        this.text = text;
        this.ago = ago;
    }

    /** Parses earliest, latest, none or by_duration:PnDTnHnMn.nS; else {@link IllegalArgumentException}. */
    public static OffsetReset parse(String text) {
        var word = text.toLowerCase(Locale.ROOT);
        return switch (word) {
            case "earliest", "latest", "none" -> new OffsetReset(word, null);
            default -> new OffsetReset(word, duration(word));
        };
    }

    /** Whether {@link #parse} takes it. */
    public static boolean isValid(String text) {
        try {
            return parse(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static Duration duration(String word) {
        if (word.startsWith(BY_DURATION)) {
            try {
                var ago = Duration.parse(word.substring(BY_DURATION.length()));
                if (!ago.isNegative()) {
                    return ago;
                }
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("not a duration: " + word, e);
            }
        }
        throw new IllegalArgumentException(
                "neither earliest, latest, none nor by_duration:<duration>: " + word);
    }

    /** The timestamp to look for with ListOffsets, given the time in milliseconds; empty if there is no reset. */
    public OptionalLong timestamp(long nowMs) {
        return switch (text) {
            case "earliest" -> OptionalLong.of(EARLIEST_TIMESTAMP);
            case "latest" -> OptionalLong.of(LATEST_TIMESTAMP);
            case "none" -> OptionalLong.empty();
            default -> OptionalLong.of(Math.max(0, nowMs - ago.toMillis()));
        };
    }

    @Override
    public String toString() {
        return text;
    }
}

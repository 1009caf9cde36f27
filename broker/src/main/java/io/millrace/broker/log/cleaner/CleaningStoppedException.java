package io.millrace.broker.log.cleaner;

import java.io.IOException;

/** The log is being deleted, closed or truncated, or the broker stops: its cleaning ends without a result. */
final class CleaningStoppedException extends IOException {
    CleaningStoppedException(String message) {
        super(message);
    }
}

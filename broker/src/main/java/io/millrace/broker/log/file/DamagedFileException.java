package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file on disk is not what it should be; the message names it and says what is wrong. */
public final class DamagedFileException extends IOException {
    private static final long serialVersionUID = 1;

    /** The fault completes "The file … is damaged: ". */
    public DamagedFileException(Path file, String fault) {
        super("The file " + file + " is damaged: " + fault);
    }
}

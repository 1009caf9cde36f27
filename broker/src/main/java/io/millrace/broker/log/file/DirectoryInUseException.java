package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Path;

/** Another process holds a log directory's lock. The message tells the user what to do. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    DirectoryInUseException(Path directory) {
        super("Another process is using the log directory " + directory
                + ": stop that broker first, or give this one its own log.dirs");
    }
}

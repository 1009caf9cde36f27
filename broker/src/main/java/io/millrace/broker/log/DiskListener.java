package io.millrace.broker.log;

import java.io.IOException;

/** Told, on a log's owner, what its disk did. */
public interface DiskListener {
    DiskListener NONE = new DiskListener() {
        @Override
        public void onForced() {}

        @Override
        public void onFailed(IOException cause) {}
    };

    /** The log was forced, and {@link LogFlush#settledOffset} may have moved. */
    void onForced();

    /** The disk is out of use: nothing that waits for it will ever be settled. */
    void onFailed(IOException cause);
}

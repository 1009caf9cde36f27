package io.millrace.broker.log;

import java.io.IOException;

/**
 * Told, on the log's owner, that the log may have room now. The caller asks for room again before it
 * appends.
 */
public interface RoomListener {
    void onRoom();

    /** No room could be made, as on a full disk. The log stays usable; a later attempt may succeed. */
    void onStorageError(IOException error);
}

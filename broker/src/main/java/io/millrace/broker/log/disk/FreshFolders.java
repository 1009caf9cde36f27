package io.millrace.broker.log.disk;

import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.TopicIdFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Partitions' folders in one directory that a power cut may take back: nothing in them was promised to be on the disk.
 * So thousands are made without waiting for it. Who is about to promise forces first. Any thread.
 * <pre>
 *   made  --->  fresh  --- first forced record, recovery point or close --->  durable: id, then names
 * </pre>
 */
public final class FreshFolders {
    private final Path directory;
    private final Set<Path> fresh = ConcurrentHashMap.newKeySet();
    private final Set<Path> unnamed = ConcurrentHashMap.newKeySet();

    FreshFolders(Path directory) {
        this.directory = directory;
    }

    /** Says that a folder's name or topic id may not be on the disk yet. */
    public void add(Path folder) {
        unnamed.add(folder);
        fresh.add(folder);
    }

    public void forget(Path folder) {
        fresh.remove(folder);
        unnamed.remove(folder);
    }

    /** Makes a folder durable, whose it is, and what lies in it; one force names all that are fresh. Blocks. */
    public void settle(Path folder) throws IOException {
        if (!fresh.contains(folder)) {
            return;
        }
        TopicIdFile.force(folder);
        DurableFile.forceFolder(folder);
        if (unnamed.contains(folder)) {
            var named = List.copyOf(unnamed);
            DurableFile.forceFolder(directory);
            named.forEach(unnamed::remove);
        }
        fresh.remove(folder);
    }
}

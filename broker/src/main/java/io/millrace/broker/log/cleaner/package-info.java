/**
 * Compaction: of each key the newest record stays. Threads of its own rewrite sealed segments from private buffers, and
 * the owner of the log puts the result in their place.
 */
package io.millrace.broker.log.cleaner;

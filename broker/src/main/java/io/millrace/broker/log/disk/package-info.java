/** The disk under one log directory: room on it, forces to it, what is kept for bad times, and whether it still works. */
package io.millrace.broker.log.disk;

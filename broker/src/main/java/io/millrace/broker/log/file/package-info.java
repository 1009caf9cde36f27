/**
 * The small files beside the segments, and the names of all: Kafka's forms, replaced durably and read with suspicion.
 */
package io.millrace.broker.log.file;

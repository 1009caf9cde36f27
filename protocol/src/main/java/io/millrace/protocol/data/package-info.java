/**
 * Produce and Fetch, written by hand because they carry the records: cursors read a message in place in its frame,
 * writers append one field by field, and neither copies a record.
 */
package io.millrace.protocol.data;

/** Record batches (format v2) in place: views, cursors, checks, builders, and the codecs of their records. */
package io.millrace.protocol.record;

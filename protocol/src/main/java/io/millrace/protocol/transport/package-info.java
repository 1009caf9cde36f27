/** What every request and response travels in: frames with a length in front, and the two headers. */
package io.millrace.protocol.transport;

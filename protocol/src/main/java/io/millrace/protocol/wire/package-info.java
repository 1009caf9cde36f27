/** The protocol's primitive types over Netty buffers, its API keys and its error codes. */
package io.millrace.protocol.wire;

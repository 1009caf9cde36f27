/** Messages that describe and change configs. One file an API: the records are the schema. */
package io.millrace.protocol.message.config;

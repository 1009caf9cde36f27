/** Messages of producer ids and transactions. One file an API: the records are the schema. */
package io.millrace.protocol.message.transaction;

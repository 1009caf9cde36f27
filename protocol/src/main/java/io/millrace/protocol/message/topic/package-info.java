/** Messages that create, change, delete and page through topics. One file an API: the records are the schema. */
package io.millrace.protocol.message.topic;

/** Messages of classic consumer groups and committed offsets. One file an API: the records are the schema. */
package io.millrace.protocol.message.group;

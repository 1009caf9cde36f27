/** Every setting of a broker process, what is derived from them, and those of Kafka that have no effect here. */
package io.millrace.broker.server.setting;

/** A producer for Kafka clusters, in the words of Kafka's own: start with {@link io.millrace.producer.MillraceProducer}. */
package io.millrace.producer;

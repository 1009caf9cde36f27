/** Decisions about topics and their configs, and where new partitions are placed. Pure functions. */
package io.millrace.broker.controller.topic;

/**
 * A whole cluster in one thread: the real partitions, fetchers, controllers and metadata on simulated machines, under
 * load and faults, watched after every step. See docs/simulation.md.
 */
package io.millrace.broker.simulation;

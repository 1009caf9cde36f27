/** Programs with one fence taken away, which the simulator must find out. See docs/simulation.md. */
package io.millrace.broker.simulation.mutant;

/**
 * Virtual machines: loops and pools whose tasks one seeded schedule runs one at a time, in virtual time, on the thread of
 * the test. A seed gives the same course again.
 */
package io.millrace.broker.simulation.machine;

/** The process: sockets, the broker's settings, and the composition root that wires everything together. */
package io.millrace.broker.server;

/** The process: request dispatch, and the composition root that wires everything together. */
package io.millrace.broker.server;

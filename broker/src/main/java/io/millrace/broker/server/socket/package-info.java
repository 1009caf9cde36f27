/** Listeners, core loops and connections: from accepted sockets to exchanges, within the broker's limits. */
package io.millrace.broker.server.socket;

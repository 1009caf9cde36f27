/** How this broker reaches the others: one connection to each, and requests that are passed on to the controller. */
package io.millrace.broker.peer;

/**
 * Drives a real broker process with clients that other people wrote, each in a process of its own where it needs
 * its own class path. The same tests run against any broker with {@code -Dmillrace.it.bootstrap=host:port}.
 */
package io.millrace.broker.clients;

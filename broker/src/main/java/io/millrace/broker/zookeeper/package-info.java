/**
 * All contact with ZooKeeper: the session, registration, election and the metadata log, and the server that can run
 * inside the process. Its threads only turn events into posted commands.
 */
package io.millrace.broker.zookeeper;

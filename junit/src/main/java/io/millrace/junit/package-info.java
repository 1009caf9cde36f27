/**
 * JUnit Jupiter's extension for tests against a real broker: a process of its own, started once for the tests of a JVM
 * and gone with it.
 */
package io.millrace.junit;

/** The systems that can be put under load, behind one interface. */
package io.millrace.benchmark.driver;

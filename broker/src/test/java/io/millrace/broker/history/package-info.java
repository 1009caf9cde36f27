/** Records what clients saw of a cluster, and finds what a correct one could not have shown them. Pure but for files. */
package io.millrace.broker.history;

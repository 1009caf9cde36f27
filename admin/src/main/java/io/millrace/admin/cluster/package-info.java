/** The cluster as a whole: its brokers, and what they understand. */
package io.millrace.admin.cluster;

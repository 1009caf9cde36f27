/** The public admin API: everyday operations on a Kafka cluster, with typed results. */
package io.millrace.admin;

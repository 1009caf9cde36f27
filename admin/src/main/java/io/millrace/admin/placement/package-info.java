/** Where replicas lie and who leads: elections, moves between brokers, log directories. */
package io.millrace.admin.placement;

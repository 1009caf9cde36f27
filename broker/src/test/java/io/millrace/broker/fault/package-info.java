/** Real brokers under load while faults from a seeded schedule hit them, several at once; histories are judged after. */
package io.millrace.broker.fault;

/** How administrative requests find their brokers, and how the answers of several become one result. */
package io.millrace.admin.operation;

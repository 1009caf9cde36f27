/** Requests about producer ids and transactions. */
package io.millrace.broker.request.transaction;

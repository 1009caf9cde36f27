/**
 * One handler an API, in the package of its message: authorise, translate, delegate, reply. {@link
 * io.millrace.broker.request.Router} is the table that finds it.
 */
package io.millrace.broker.request;

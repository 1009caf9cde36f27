/** The public consumer API. */
package io.millrace.consumer;

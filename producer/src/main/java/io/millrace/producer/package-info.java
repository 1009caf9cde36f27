/** The public producer API. */
package io.millrace.producer;

/** Requests that create, change, delete and describe topics. The controller decides; handlers translate. */
package io.millrace.broker.request.topic;

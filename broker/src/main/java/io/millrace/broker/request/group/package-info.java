/** Answers the APIs of consumer groups: finds the coordinator, or asks it. */
package io.millrace.broker.request.group;

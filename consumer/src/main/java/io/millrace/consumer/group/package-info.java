/** Membership of a consumer group: join, sync, heartbeat, commit. */
package io.millrace.consumer.group;

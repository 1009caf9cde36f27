/**
 * Who is in a classic group and which generation it is in: the state machine behind JoinGroup, SyncGroup, Heartbeat and
 * LeaveGroup. Everything here is used by one owner and sees time only through its timers.
 */
package io.millrace.broker.coordinator.group.membership;

/** Plans that move replicas between brokers and disks: proposed, begun, watched and called off. */
package io.millrace.admin.command.reassign;

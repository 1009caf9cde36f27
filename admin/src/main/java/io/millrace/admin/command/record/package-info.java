/** Records as the tools read, print and time them. */
package io.millrace.admin.command.record;

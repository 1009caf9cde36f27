/** What is shown of consumer groups, and how their offsets are set anew. */
package io.millrace.admin.command.group;

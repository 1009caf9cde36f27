/** One class per command-line tool in bin. */
package io.millrace.admin.command;

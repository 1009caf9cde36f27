/** {@code bin/millrace noun verb}: the tool for people, by what it is about and what is done with it. */
package io.millrace.admin.command.noun;

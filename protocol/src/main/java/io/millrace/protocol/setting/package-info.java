/** Settings: one statement declares a name, type, default, range and doc; parsing, validation and docs read it. */
package io.millrace.protocol.setting;

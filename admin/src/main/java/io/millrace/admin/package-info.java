/** The public admin API. */
package io.millrace.admin;

/** One class per administrative operation: its request, its routing, its result. */
package io.millrace.admin.operation;

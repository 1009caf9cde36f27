/** Consumer groups: their members, their committed offsets, and what may be changed from outside. */
package io.millrace.admin.group;

/** Topics and their partitions: created, listed, described, grown, deleted. */
package io.millrace.admin.topic;

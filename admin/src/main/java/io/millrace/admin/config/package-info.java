/** Settings of topics, brokers and groups that the cluster keeps: described with where each comes from, and changed. */
package io.millrace.admin.config;

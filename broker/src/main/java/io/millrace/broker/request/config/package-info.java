/** Requests about configs: what holds and why, and changes. */
package io.millrace.broker.request.config;

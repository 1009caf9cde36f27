/**
 * Decides about the cluster: one thread in every broker process, active in one of them. Decisions are pure functions
 * from an image and a request to metadata records; they take effect when the metadata log has them.
 */
package io.millrace.broker.controller;

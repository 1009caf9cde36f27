/**
 * The cluster's state as an immutable image, and the records whose fold it is. Every broker folds the same log, so every
 * broker holds the same image.
 */
package io.millrace.broker.metadata;

package io.millrace.broker.history;

/** How an operation ended: it happened, it did not, or nobody knows (it may even happen later). */
public enum Outcome {
    OK, FAIL, INFO
}

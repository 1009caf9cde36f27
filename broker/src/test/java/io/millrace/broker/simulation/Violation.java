package io.millrace.broker.simulation;

/** A promise of reliability.md, 1, was broken. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String promise, String what) {
        super(promise + ": " + what);
    }
}

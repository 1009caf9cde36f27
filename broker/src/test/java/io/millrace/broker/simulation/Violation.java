package io.millrace.broker.simulation;

/** A promise, as docs/simulation.md lists them, was broken. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(String promise, String what) {
        super(promise + ": " + what);
    }
}

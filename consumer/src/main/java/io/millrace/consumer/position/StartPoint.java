package io.millrace.consumer.position;

/** Where reading of a partition begins. */
public sealed interface StartPoint {

    /** At a known position. */
    record At(Position position) implements StartPoint {}

    /** Where the group left off, or, if it never was there, where {@code auto.offset.reset} says. */
    record Committed() implements StartPoint {}

    /** Where {@code auto.offset.reset} says. */
    record ByPolicy() implements StartPoint {}

    /** At the first record that is left. */
    record Beginning() implements StartPoint {}

    /** Behind the last record. */
    record End() implements StartPoint {}
}

package io.millrace.protocol.codec;

/** A request or response body whose wire format {@link Codec} derives from its record components. */
public interface ApiMessage {}

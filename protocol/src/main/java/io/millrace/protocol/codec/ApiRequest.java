package io.millrace.protocol.codec;

/** A request body; {@code R} is the response that answers it, so that sending one is typed. */
public interface ApiRequest<R extends ApiMessage> extends ApiMessage {}

package io.millrace.protocol.client;

import io.netty.buffer.ByteBuf;

/** Where the answer to a hand-written request goes. Exactly one of the two is called, once, on the loop. */
public interface Answer {

    /** The body of the response, its header read. The receiver owns the buffer and releases it. */
    void onAnswer(ByteBuf body);

    /** No answer will come: a {@link ConnectionFailure}, or an ApiException if the request was not sent. */
    void onFailure(RuntimeException failure);
}

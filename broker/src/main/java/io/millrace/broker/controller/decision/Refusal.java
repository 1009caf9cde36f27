package io.millrace.broker.controller.decision;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;

/** Shorthand for the errors of decisions. The text is given in parts, which are joined only if it is needed. */
public final class Refusal {

    private Refusal() {}

    public static ApiException of(ErrorCode code, Object... textParts) {
        var text = new StringBuilder();
        for (var part : textParts) {
            text.append(part);
        }
        return new ApiException(code, text.toString());
    }

    public static void unless(boolean holds, ErrorCode code, Object... textParts) {
        if (!holds) {
            throw of(code, textParts);
        }
    }
}

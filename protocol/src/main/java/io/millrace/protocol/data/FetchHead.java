package io.millrace.protocol.data;

import io.millrace.protocol.wire.ErrorCode;

/** What a Fetch response says once; the error is one of the session, and session id 0 means that there is none. */
public record FetchHead(int throttleTimeMs, ErrorCode errorCode, int sessionId) {}

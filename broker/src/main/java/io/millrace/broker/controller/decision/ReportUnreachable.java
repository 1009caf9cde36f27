package io.millrace.broker.controller.decision;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;

/** A broker tells the controller that nobody listens on the port of another registration. */
@Api(ApiKey.REPORT_UNREACHABLE)
public interface ReportUnreachable {

    record Request(
            int reporterId,
            long reporterEpoch,
            int brokerId,
            long brokerEpoch) implements ApiRequest<Response> {}

    record Response(ErrorCode errorCode) implements ApiMessage {}
}

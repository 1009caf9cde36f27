package io.millrace.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.message.ResponseHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

class HeaderTest {

    @Test
    void bothHeadersAreKafkasInEveryVersionOfEveryApi() {
        for (var api : ApiKey.values()) {
            if (api.isOurs()) {
                continue;
            }
            var theirs = ApiKeys.forId(api.code());
            for (short version = api.minVersion(); version <= api.maxVersion(); version++) {
                for (var clientId : new String[] {null, "", "größe-1"}) {
                    var ours = new RequestHeader(api, version, 77, clientId);
                    var kafka = new RequestHeaderData()
                            .setRequestApiKey(api.code())
                            .setRequestApiVersion(version)
                            .setCorrelationId(77)
                            .setClientId(clientId);
                    var out = Unpooled.buffer();
                    ours.write(out);
                    assertThat(bytes(out)).isEqualTo(bytes(kafka, theirs.requestHeaderVersion(version)));
                    assertThat(RequestHeader.read(out)).isEqualTo(ours);
                    assertThat(out.isReadable()).isFalse();
                }
                var out = Unpooled.buffer();
                new ResponseHeader(-5).write(out, api, version);
                var kafka = new ResponseHeaderData().setCorrelationId(-5);
                assertThat(bytes(out)).isEqualTo(bytes(kafka, theirs.responseHeaderVersion(version)));
                assertThat(ResponseHeader.read(out, api, version)).isEqualTo(new ResponseHeader(-5));
                assertThat(out.isReadable()).isFalse();
            }
        }
    }

    @Test
    void aVersionThatIsNotSpokenIsReadSoThatApiVersionsCanBeAnswered() {
        var out = Unpooled.buffer();
        new RequestHeader(ApiKey.API_VERSIONS, (short) 99, 1, "c").write(out);
        assertThat(RequestHeader.read(out).version()).isEqualTo((short) 99);
    }

    @Test
    void refusesAnUnknownApi() {
        var in = Unpooled.buffer().writeShort(999).writeShort(0).writeInt(1).writeShort(-1);
        assertThatThrownBy(() -> RequestHeader.read(in))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("999");
    }

    private static byte[] bytes(ByteBuf buffer) {
        return ByteBufUtil.getBytes(buffer);
    }

    private static byte[] bytes(Message message, short version) {
        return bytes(Unpooled.wrappedBuffer(MessageUtil.toByteBufferAccessor(message, version).buffer()));
    }
}

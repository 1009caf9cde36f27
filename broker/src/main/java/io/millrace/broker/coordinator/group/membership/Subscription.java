package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.ConsumerProtocolSubscription;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Reads the topics out of consumers' otherwise opaque metadata. */
final class Subscription {
    /** Protocol type of every consumer; other types (Connect, schema registries) have metadata of their own. */
    static final String CONSUMER_PROTOCOL = "consumer";

    private Subscription() {}

    /** All topics that the members name for this protocol; null if any of them can't be read. */
    static Set<String> topics(Collection<Member> members, String protocolName) {
        var topics = new HashSet<String>();
        for (var member : members) {
            try {
                topics.addAll(topics(member.metadata(protocolName)));
            } catch (MalformedMessageException e) {
                return null;
            }
        }
        return topics;
    }

    /** Every version begins as version 0 does, which is all that is needed here. */
    private static Collection<String> topics(Bytes metadata) {
        var in = metadata.asByteBuf();
        if (in.readableBytes() < Short.BYTES || in.readShort() < 0) {
            throw new MalformedMessageException("a subscription without a version");
        }
        return Codec.of(ConsumerProtocolSubscription.class, 0).read(in).topics();
    }
}

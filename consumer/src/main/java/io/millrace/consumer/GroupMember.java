package io.millrace.consumer;

import io.millrace.consumer.group.Member;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** The polling thread's part of a group's membership: what is subscribed to, and the listener. */
final class GroupMember {
    private final Member member;

    GroupMember(ConsumerClient client, Settings settings) {
        member = Member.stranger(settings.get(ConsumerSettings.GROUP_ID),
                settings.get(ConsumerSettings.GROUP_INSTANCE_ID));
    }

    void commitBeforeLoss(Supplier<CompletableFuture<Void>> commit) {}

    Member member() {
        return member;
    }

    Set<String> topics() {
        return Set.of();
    }

    void subscribe(Set<String> topics, Pattern pattern, RebalanceListener listener) {
        throw new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                "subscriptions are not offered yet: assign partitions");
    }

    void requireNone() {}

    boolean isSubscribed() {
        return false;
    }

    boolean mayPoll() {
        return true;
    }

    void tick() {}

    void rejoin() {}

    void leave(Duration timeout) {}
}

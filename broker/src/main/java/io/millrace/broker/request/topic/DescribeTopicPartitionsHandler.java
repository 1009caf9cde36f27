package io.millrace.broker.request.topic;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.DescribeTopicPartitions;
import io.millrace.protocol.wire.ErrorCode;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Answers DescribeTopicPartitions from the image, a page of topics by name at a time (KIP-966). */
public final class DescribeTopicPartitionsHandler
        implements
            Handler<DescribeTopicPartitions.Request, DescribeTopicPartitions.Response> {
    private final Supplier<ClusterImage> image;
    private final NodeAddresses addresses;
    private final int mostPartitions;

    /** No answer holds more than {@code mostPartitions}, however many a client would take. */
    public DescribeTopicPartitionsHandler(
            Supplier<ClusterImage> image, NodeAddresses addresses, int mostPartitions) {
        this.image = image;
        this.addresses = addresses;
        this.mostPartitions = mostPartitions;
    }

    @Override
    public void handle(DescribeTopicPartitions.Request request, Exchange exchange,
            Reply<DescribeTopicPartitions.Response> reply) {
        var current = image.get();
        boolean isAll = request.topics().isEmpty();
        var names = isAll ? allNames(current) : askedNames(request);
        int limit = Math.max(1, Math.min(request.responsePartitionLimit(), mostPartitions));
        var page = new PartitionPage(current, addresses, exchange.connection(), limit);
        var cursor = request.cursor();
        if (cursor == null) {
            page.fill(names, 0, isAll);
        } else if (cursor.partitionIndex() < 0 || !isAll && !names.contains(cursor.topicName())) {
            names.forEach(name -> page.refuse(name, ErrorCode.INVALID_REQUEST));
        } else {
            var rest = names.tailSet(cursor.topicName());
            boolean isThere = !rest.isEmpty() && rest.first().equals(cursor.topicName());
            page.fill(rest, isThere ? cursor.partitionIndex() : 0, isAll);
        }
        reply.send(page.response());
    }

    private static SortedSet<String> allNames(ClusterImage image) {
        var names = new TreeSet<String>();
        image.topics().forEach(topic -> names.add(topic.name()));
        return names;
    }

    private static SortedSet<String> askedNames(DescribeTopicPartitions.Request request) {
        var names = new TreeSet<String>();
        request.topics().forEach(topic -> names.add(topic.name()));
        return names;
    }
}

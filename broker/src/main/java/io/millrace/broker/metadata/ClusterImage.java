package io.millrace.broker.metadata;

import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/**
 * The cluster's state after one entry of the metadata log. Immutable and shared by all threads; successive images share
 * what did not change. Made by {@link ImageBuilder} alone.
 */
public final class ClusterImage {
    private final ImageHeader header;
    private final SortedMap<Integer, BrokerRegistration> brokers;
    private final PersistentMap<String, TopicImage> topicsByForm;
    private final PersistentMap<Uuid, TopicImage> topicsById;
    private final PersistentMap<ConfigResource, Map<String, String>> configs;

    /** The scalar part of an image. */
    record ImageHeader(
            long version,
            String clusterId,
            int controllerId,
            int controllerEpoch,
            long nextProducerId,
            Map<Integer, Long> departedEpochs) {}

    ClusterImage(
            ImageHeader header,
            SortedMap<Integer, BrokerRegistration> brokers,
            PersistentMap<String, TopicImage> topicsByForm,
            PersistentMap<Uuid, TopicImage> topicsById,
            PersistentMap<ConfigResource, Map<String, String>> configs) {
        this.header = header;
        this.brokers = brokers;
        this.topicsByForm = topicsByForm;
        this.topicsById = topicsById;
        this.configs = configs;
    }

    /** The image before the first entry: version 0, no controller, no brokers. */
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(new ImageHeader(0, clusterId, -1, 0, 0, Map.of()),
                Collections.emptySortedMap(),
                PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty());
    }

    ImageHeader header() {
        return header;
    }

    /** Sequence of the last metadata log entry that this image contains; 0 before the first. */
    public long version() {
        return header.version;
    }

    public String clusterId() {
        return header.clusterId;
    }

    /** Broker id of the controller that wrote last; -1 before the first. */
    public int controllerId() {
        return header.controllerId;
    }

    public int controllerEpoch() {
        return header.controllerEpoch;
    }

    /** The first producer id that is not part of an allocated block. */
    public long nextProducerId() {
        return header.nextProducerId;
    }

    /** Live brokers by id, ascending. */
    public SortedMap<Integer, BrokerRegistration> brokers() {
        return brokers;
    }

    /** The live broker of this id; null if there is none. */
    public BrokerRegistration broker(int id) {
        return brokers.get(id);
    }

    public boolean isLive(int brokerId) {
        return brokers.containsKey(brokerId);
    }

    /** Whether this registration is over: it never comes back, though its node may still be there. */
    public boolean hasDeparted(int brokerId, long brokerEpoch) {
        return brokerEpoch <= header.departedEpochs.getOrDefault(brokerId, -1L);
    }

    /** All topics, in no order; a view, so its size is free. */
    public Collection<TopicImage> topics() {
        return topicsByForm.values();
    }

    /** The topic of this name; null if there is none. */
    public TopicImage topic(String name) {
        var topic = topicLike(name);
        return topic == null || !topic.name().equals(name) ? null : topic;
    }

    /** The topic that has this name or collides with it: differs in dots and underscores alone. */
    public TopicImage topicLike(String name) {
        return topicsByForm.get(TopicName.collisionForm(name));
    }

    /** The topic of this id; null if there is none. */
    public TopicImage topic(Uuid id) {
        return topicsById.get(id);
    }

    /** The partition; null if topic or index are unknown. */
    public PartitionImage partition(String topic, int index) {
        var image = topic(topic);
        return image == null ? null : image.partition(index);
    }

    /** The dynamic configs of a resource by name; empty if it has none. */
    public Map<String, String> configs(ConfigResource resource) {
        var values = configs.get(resource);
        return values == null ? Map.of() : values;
    }

    public Map<String, String> topicConfigs(String topic) {
        return configs(ConfigResource.topic(topic));
    }

    /** What holds for this broker: the default of all brokers, overlaid with its own. */
    public Map<String, String> brokerConfigs(int brokerId) {
        var own = configs(ConfigResource.broker(brokerId));
        var shared = configs(ConfigResource.ALL_BROKERS);
        if (own.isEmpty() || shared.isEmpty()) {
            return own.isEmpty() ? shared : own;
        }
        var merged = new HashMap<>(shared);
        merged.putAll(own);
        return Collections.unmodifiableMap(merged);
    }

    PersistentMap<String, TopicImage> topicsByForm() {
        return topicsByForm;
    }

    PersistentMap<Uuid, TopicImage> topicsById() {
        return topicsById;
    }

    PersistentMap<ConfigResource, Map<String, String>> configsByResource() {
        return configs;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterImage that && header.equals(that.header)
                && brokers.equals(that.brokers)
                && topicsByForm.equals(that.topicsByForm) && configs.equals(that.configs);
    }

    @Override
    public int hashCode() {
        return header.hashCode();
    }

    @Override
    public String toString() {
        return "ClusterImage[version=" + version() + ", controller=" + controllerId() + "@"
                + controllerEpoch()
                + ", brokers=" + brokers.keySet() + ", topics=" + topicsByForm.size() + "]";
    }
}

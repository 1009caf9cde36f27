package io.millrace.broker.metadata;

/** Acts on changes of the cluster; called on the follower's thread, in order, and must not block it. */
public interface MetadataListener {
    void onImage(ImageDelta delta, ClusterImage image);
}

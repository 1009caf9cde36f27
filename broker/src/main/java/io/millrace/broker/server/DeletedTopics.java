package io.millrace.broker.server;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;

/** Lets groups forget what was committed for a topic that is gone. */
record DeletedTopics(GroupCoordinators groups) implements MetadataListener {

    @Override
    public void onImage(ImageDelta delta, ClusterImage image) {
        delta.deletedTopics().forEach(topic -> groups.onTopicDeleted(topic.name()));
    }
}

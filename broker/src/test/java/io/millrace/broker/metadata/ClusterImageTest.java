package io.millrace.broker.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.metadata.MetadataRecord.PartitionsChanged;
import io.millrace.broker.metadata.MetadataRecord.TopicCreated;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ClusterImageTest {
    private static final long SEED = new Random().nextLong();

    @Test
    void foldOfAnyHistoryEqualsSnapshotAndTailAtEveryPoint() {
        for (long seed = SEED; seed < SEED + 30; seed++) {
            var history = new RandomHistory(seed, "cluster");
            var random = new Random(seed);
            var restored = history.image();
            for (int i = 1; i <= 60; i++) {
                var batch = MetadataBatch.decode(history.next().encode());
                restored = ImageBuilder.fold(restored, batch.records(), i);
                assertThat(restored).as("seed %d", seed).isEqualTo(history.image());
                if (random.nextInt(10) == 0) {
                    restored = throughSnapshot(history.image());
                    assertThat(restored).as("seed %d", seed).isEqualTo(history.image());
                }
            }
        }
    }

    private static ClusterImage throughSnapshot(ClusterImage image) {
        var records = new ArrayList<MetadataRecord>();
        for (var chunk : MetadataBatch.split(1, ImageSnapshot.recordsOf(image))) {
            records.addAll(MetadataBatch.decode(chunk.encode()).records());
        }
        return ImageBuilder.fold(ClusterImage.empty(image.clusterId()), records, image.version());
    }

    @Test
    void deltaNamesExactlyWhatDiffersHoweverTheImageWasReached() {
        for (long seed = SEED; seed < SEED + 20; seed++) {
            var history = new RandomHistory(seed, "cluster");
            var steps = new Random(seed);
            for (int i = 0; i < 10; i++) {
                history.next();
            }
            var before = history.image();
            for (int i = steps.nextInt(30); i > 0; i--) {
                history.next();
            }
            var delta = ImageDelta.between(before, history.image());
            var leapt = ImageDelta.between(before, throughSnapshot(history.image()));
            assertThat(contents(delta)).as("seed %d", seed).isEqualTo(contents(leapt));
            var rebuilt = before.topics().stream().collect(Collectors.toMap(TopicImage::id, topic -> topic));
            delta.deletedTopics().forEach(topic -> rebuilt.remove(topic.id()));
            delta.createdTopics().forEach(topic -> rebuilt.put(topic.id(), topic));
            delta.changedTopics().forEach(change -> rebuilt.put(change.after().id(), change.after()));
            assertThat(rebuilt.values()).as("seed %d", seed)
                    .containsExactlyInAnyOrderElementsOf(history.image().topics());
        }
    }

    private static List<Set<?>> contents(ImageDelta delta) {
        return List.of(Set.copyOf(delta.createdTopics()), Set.copyOf(delta.deletedTopics()),
                Set.copyOf(delta.changedTopics()), delta.changedBrokers(), delta.changedConfigs());
    }

    @Test
    void manyRecordsSplitIntoEntriesThatFitAndFoldToTheSame() {
        var random = new Random(SEED);
        var records = new ArrayList<MetadataRecord>();
        for (int i = 0; i < 40_000; i++) {
            records.add(new TopicCreated("topic-" + random.nextLong(),
                    new Uuid(random.nextLong(), random.nextLong())));
        }
        var batches = MetadataBatch.split(1, records);
        assertThat(batches).hasSizeGreaterThan(1)
                .allSatisfy(batch -> assertThat(batch.encode().length)
                        .isLessThanOrEqualTo(MetadataBatch.MAX_ENCODED_BYTES));
        assertThat(batches.stream().flatMap(batch -> batch.records().stream()).toList()).isEqualTo(records);
    }

    @Test
    void damagedEntryIsRejectedNotMisread() {
        var history = new RandomHistory(SEED, "cluster");
        var random = new Random(SEED);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = history.next().encode();
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                MetadataBatch.decode(bytes);
            } catch (MalformedMessageException e) {
                assertThat(e).as("seed %d", SEED).message().isNotBlank();
            }
        }
        byte[] newer = {9, 0, 0, 0, 1};
        assertThatThrownBy(() -> MetadataBatch.decode(newer)).isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("upgrade this broker");
    }

    @Test
    void recordThatContradictsTheImageStopsTheFold() {
        var empty = ClusterImage.empty("cluster");
        var orphan = new PartitionsChanged(new Uuid(1, 1), List.of());
        assertThatThrownBy(() -> ImageBuilder.fold(empty, List.of(orphan), 1))
                .isInstanceOf(IllegalStateException.class);
    }
}

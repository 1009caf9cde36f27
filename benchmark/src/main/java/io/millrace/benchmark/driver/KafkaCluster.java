package io.millrace.benchmark.driver;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;

/** Apache Kafka's KRaft nodes, each broker and controller at once, with its default replication of internal topics. */
public record KafkaCluster(KafkaTarget kafka) implements ClusterTarget {
    @Override
    public String name() {
        return kafka.name();
    }

    @Override
    public List<RunningBroker> prepare(List<Place> places) {
        for (int node = 1; node <= places.size(); node++) {
            kafka.format(places.get(node - 1).folder(), settings(places, node), List.of());
        }
        return List.of();
    }

    @Override
    public RunningBroker start(List<Place> places, int broker) {
        var place = places.get(broker - 1);
        return kafka.start(place.folder(), place.port());
    }

    /** The leader of the quorum: what a Kafka broker says in its metadata is just some live broker. */
    @Override
    public int controller(Admin admin) {
        try {
            return admin.describeMetadataQuorum().quorumInfo().get().leaderId();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the quorum does not name its leader", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static String settings(List<Place> places, int node) {
        var place = places.get(node - 1);
        var voters = IntStream.rangeClosed(1, places.size())
                .mapToObj(id -> id + "@127.0.0.1:" + (places.get(id - 1).port() + 1))
                .collect(Collectors.joining(","));
        return """
                process.roles=broker,controller
                node.id=%1$d
                controller.quorum.voters=%2$s
                listeners=PLAINTEXT://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%4$d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                log.dirs=%5$s
                num.recovery.threads.per.data.dir=2
                """.formatted(node, voters, place.port(), place.port() + 1, place.folder().resolve("data"));
    }
}

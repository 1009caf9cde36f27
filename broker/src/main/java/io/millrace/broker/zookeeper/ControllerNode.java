package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.protocol.wire.Uuid;

/** The content of the controller's ephemeral node, as text: broker id, incarnation, epoch. */
record ControllerNode(int brokerId, Uuid incarnation, int epoch) {

    byte[] encode() {
        return (brokerId + " " + incarnation + " " + epoch).getBytes(UTF_8);
    }

    static ControllerNode decode(byte[] data) {
        var words = new String(data, UTF_8).split(" ");
        if (words.length != 3) {
            throw new IllegalArgumentException("the controller node does not hold three words");
        }
        return new ControllerNode(Integer.parseInt(words[0]), Uuid.parse(words[1]),
                Integer.parseInt(words[2]));
    }
}

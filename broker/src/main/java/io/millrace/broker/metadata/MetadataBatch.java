package io.millrace.broker.metadata;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * One entry of the metadata log, or one chunk of a snapshot: records that take effect together. The controller epoch
 * names the writer, for a term writes each entry once. Immutable.
 *
 * <pre>
 * +--------+--------------------+-----------------------------+
 * | form 1 | controllerEpoch 4  | records                     |   form: 0 plain, 1 deflated from 2 KiB on
 * +--------+--------------------+-----------------------------+
 *   record: type 1 | version 1 | body as its codec writes it
 * </pre>
 */
public record MetadataBatch(int controllerEpoch, List<MetadataRecord> records) {

    /** The largest encoded entry; half of what a ZooKeeper request can carry by default. */
    public static final int MAX_ENCODED_BYTES = 512 * 1024;

    private static final int HEADER_BYTES = 5;
    private static final int PLAIN = 0;
    private static final int DEFLATED = 1;
    private static final int DEFLATE_FROM_BYTES = 2048;
    private static final int MAX_INFLATED_BYTES = 64 << 20;

    public MetadataBatch {
        records = List.copyOf(records);
    }

    /** These records as batches that each fit an entry; one, unless they are very many. */
    public static List<MetadataBatch> split(int controllerEpoch, List<MetadataRecord> records) {
        var batches = new ArrayList<MetadataBatch>();
        split(new MetadataBatch(controllerEpoch, records), batches);
        return batches;
    }

    private static void split(MetadataBatch batch, List<MetadataBatch> into) {
        int count = batch.records.size();
        if (count <= 1 || batch.encode().length <= MAX_ENCODED_BYTES) {
            into.add(batch);
            return;
        }
        split(new MetadataBatch(batch.controllerEpoch, batch.records.subList(0, count / 2)), into);
        split(new MetadataBatch(batch.controllerEpoch, batch.records.subList(count / 2, count)), into);
    }

    /** How many things change: what reading the batch again costs. */
    public long changes() {
        return records.stream().mapToLong(MetadataRecord::changes).sum();
    }

    public byte[] encode() {
        var out = Unpooled.buffer(256);
        out.writeByte(PLAIN);
        out.writeInt(controllerEpoch);
        for (var record : records) {
            MetadataRecordType.write(record, out);
        }
        if (out.readableBytes() < DEFLATE_FROM_BYTES) {
            return bytesOf(out);
        }
        out.setByte(0, DEFLATED);
        return deflate(out);
    }

    /** Reads what {@link #encode} wrote; throws {@link MalformedMessageException} on anything else. */
    public static MetadataBatch decode(byte[] bytes) {
        var in = Unpooled.wrappedBuffer(bytes);
        if (in.readableBytes() < HEADER_BYTES) {
            throw new MalformedMessageException("metadata entry of " + bytes.length + " bytes is cut short");
        }
        int form = in.readUnsignedByte();
        int controllerEpoch = in.readInt();
        if (form == DEFLATED) {
            in = inflate(bytes);
        } else if (form != PLAIN) {
            throw new MalformedMessageException("metadata entry of unknown form " + form
                    + ": written by a newer release; upgrade this broker");
        }
        var records = new ArrayList<MetadataRecord>();
        while (in.isReadable()) {
            records.add(MetadataRecordType.read(in));
        }
        return new MetadataBatch(controllerEpoch, records);
    }

    private static byte[] bytesOf(ByteBuf buffer) {
        var bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    private static byte[] deflate(ByteBuf plain) {
        var deflater = new Deflater(Deflater.BEST_SPEED);
        try {
            var out = new ByteArrayOutputStream(plain.readableBytes() / 4);
            out.write(plain.array(), plain.arrayOffset(), HEADER_BYTES);
            deflater.setInput(plain.array(), plain.arrayOffset() + HEADER_BYTES,
                    plain.readableBytes() - HEADER_BYTES);
            deflater.finish();
            var chunk = new byte[8192];
            while (!deflater.finished()) {
                out.write(chunk, 0, deflater.deflate(chunk));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    private static ByteBuf inflate(byte[] bytes) {
        var inflater = new Inflater();
        try {
            inflater.setInput(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
            var out = Unpooled.buffer(bytes.length * 4);
            var chunk = new byte[8192];
            while (!inflater.finished()) {
                int length = inflater.inflate(chunk);
                if (length == 0 && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new MalformedMessageException("metadata entry is cut short");
                }
                out.writeBytes(chunk, 0, length);
                if (out.readableBytes() > MAX_INFLATED_BYTES) {
                    throw new MalformedMessageException("metadata entry inflates past " + MAX_INFLATED_BYTES);
                }
            }
            return out;
        } catch (DataFormatException e) {
            throw new MalformedMessageException("metadata entry is damaged: " + e.getMessage());
        } finally {
            inflater.end();
        }
    }
}

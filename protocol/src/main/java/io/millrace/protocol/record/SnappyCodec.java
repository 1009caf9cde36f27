package io.millrace.protocol.record;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.xerial.snappy.Snappy;

/**
 * Snappy in the framing of xerial's streams, which the Java clients write; a bare Snappy block is read as well.
 * <pre>
 *   0                 8         12           16
 *   | 82 'SNAPPY' 00  | version | oldest     | { length | Snappy block of up to 32 KiB } ...
 *   |                 | = 1     | reader = 1 |
 * </pre>
 */
final class SnappyCodec implements Codec {
    private static final long MAGIC = 0x82534e4150505900L;
    private static final int MAGIC_FIRST_HALF = (int) (MAGIC >>> 32);
    private static final int HEADER_BYTES = 16;
    private static final int VERSION = 1;
    private static final int BLOCK_BYTES = 32 * 1024;
    /** A three-byte copy yields 64 bytes: no Snappy block can expand further. */
    private static final int HIGHEST_RATIO = 22;

    SnappyCodec() {
        Snappy.getNativeLibraryVersion();
    }

    @Override
    public void compress(ByteBuffer source, int level, ByteBuf out) {
        out.writeLong(MAGIC).writeInt(VERSION).writeInt(VERSION);
        int end = source.limit();
        while (source.position() < end) {
            source.limit(Math.min(end, source.position() + BLOCK_BYTES));
            int boundBytes = Snappy.maxCompressedLength(source.remaining());
            out.ensureWritable(Integer.BYTES + boundBytes);
            int start = out.writerIndex() + Integer.BYTES;
            try {
                int blockBytes = Snappy.compress(source, out.internalNioBuffer(start, boundBytes));
                out.writeInt(blockBytes).writerIndex(start + blockBytes);
            } catch (IOException e) {
                throw new IllegalStateException("snappy refuses to compress", e);
            }
            source.position(source.limit());
        }
    }

    @Override
    public Decompressor newDecompressor() {
        return new Reader();
    }

    private static final class Reader implements Decompressor {
        private ByteBuffer source;
        private boolean isFramed;
        private int blockEnd;
        private int end;

        @Override
        public void open(ByteBuffer source) {
            this.source = source.order(ByteOrder.BIG_ENDIAN);
            end = source.limit();
            isFramed = source.remaining() >= HEADER_BYTES && source.getLong(source.position()) == MAGIC;
            if (isFramed) {
                source.position(source.position() + HEADER_BYTES);
            }
        }

        @Override
        public int nextBytes() {
            if (source.position() == end) {
                return 0;
            }
            blockEnd = isFramed ? readBlockLength() : end;
            return expandedLength();
        }

        private int readBlockLength() {
            int lengthBytes = nextInt();
            if (lengthBytes == MAGIC_FIRST_HALF && end - source.position() >= HEADER_BYTES) {
                source.position(source.position() + HEADER_BYTES - Integer.BYTES);
                lengthBytes = nextInt();
            }
            if (lengthBytes <= 0 || lengthBytes > end - source.position()) {
                throw new MalformedMessageException(
                        "snappy block of " + lengthBytes + " bytes overruns its batch");
            }
            return source.position() + lengthBytes;
        }

        private int nextInt() {
            if (end - source.position() < Integer.BYTES) {
                throw new MalformedMessageException("truncated snappy data");
            }
            return source.getInt();
        }

        /** A block begins with its expanded length, an unsigned varint. */
        private int expandedLength() {
            long lengthBytes = 0;
            int at = source.position();
            byte b = -1;
            for (int shift = 0; b < 0; shift += 7) {
                if (at == blockEnd || shift > 28) {
                    throw new MalformedMessageException("bad length of a snappy block");
                }
                b = source.get(at++);
                lengthBytes |= (long) (b & 0x7f) << shift;
            }
            if (lengthBytes == 0 || lengthBytes > (long) HIGHEST_RATIO * (blockEnd - source.position())
                    || lengthBytes > Integer.MAX_VALUE) {
                throw new MalformedMessageException("snappy block claims " + lengthBytes + " bytes");
            }
            return (int) lengthBytes;
        }

        @Override
        public void read(ByteBuf out) {
            int start = out.writerIndex();
            source.limit(blockEnd);
            try {
                int readBytes = Snappy.uncompress(source, out.internalNioBuffer(start, expandedLength()));
                out.writerIndex(start + readBytes);
            } catch (IOException | IllegalArgumentException e) {
                throw new MalformedMessageException("bad snappy data: " + e.getMessage());
            }
            source.limit(end).position(blockEnd);
        }

        @Override
        public void close() {
            source = null;
        }
    }
}

package io.millrace.protocol.record;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Gzip members, one or more (RFC 1952). Both checksums of a member are verified.
 * <pre>
 *   0     2    3     4      8    9    10
 *   |1f 8b| 08 |flags| time | xf | os | extra, name, comment, header CRC as flagged | deflate | CRC-32 | size mod 2^32 |
 * </pre>
 */
final class GzipCodec implements Codec {
    private static final int MAGIC_LE = 0x8b1f;
    private static final int HEADER_BYTES = 10;
    private static final int TRAILER_BYTES = 8;
    private static final byte UNKNOWN_SYSTEM = (byte) 0xff;

    @Override
    public void compress(ByteBuffer source, int level, ByteBuf out) {
        var crc = new CRC32();
        crc.update(source.duplicate());
        int sourceBytes = source.remaining();
        out.writeShortLE(MAGIC_LE).writeByte(Deflater.DEFLATED).writeZero(6).writeByte(UNKNOWN_SYSTEM);
        var deflater = new Deflater(level, true);
        try {
            deflater.setInput(source);
            deflater.finish();
            while (!deflater.finished()) {
                out.ensureWritable(Math.min(sourceBytes + HEADER_BYTES, Decompressor.CHUNK_BYTES));
                int start = out.writerIndex();
                out.writerIndex(start + deflater.deflate(out.internalNioBuffer(start, out.writableBytes())));
            }
        } finally {
            deflater.end();
        }
        out.writeIntLE((int) crc.getValue()).writeIntLE(sourceBytes);
    }

    @Override
    public Decompressor newDecompressor() {
        return new Reader();
    }

    private static final class Reader implements Decompressor {
        private static final int HEADER_CRC_FLAG = 0x02;
        private static final int EXTRA_FLAG = 0x04;
        private static final int NAME_FLAG = 0x08;
        private static final int COMMENT_FLAG = 0x10;
        private static final int RESERVED_FLAGS = 0xe0;

        private final Inflater inflater = new Inflater(true);
        private final CRC32 crc = new CRC32();
        private ByteBuffer source;
        private boolean insideMember;

        @Override
        public void open(ByteBuffer source) {
            this.source = source.order(ByteOrder.LITTLE_ENDIAN);
            insideMember = false;
        }

        @Override
        public int nextBytes() {
            if (insideMember && inflater.finished()) {
                endMember();
            }
            if (!insideMember && source.hasRemaining()) {
                beginMember();
            }
            return insideMember ? CHUNK_BYTES : 0;
        }

        @Override
        public void read(ByteBuf out) {
            int start = out.writerIndex();
            var target = out.internalNioBuffer(start, CHUNK_BYTES);
            int targetStart = target.position();
            try {
                int readBytes = inflater.inflate(target);
                if (readBytes == 0 && !inflater.finished()) {
                    throw new MalformedMessageException("truncated gzip data, or a preset dictionary");
                }
                out.writerIndex(start + readBytes);
                crc.update(target.flip().position(targetStart));
            } catch (DataFormatException e) {
                throw new MalformedMessageException("bad gzip data: " + e.getMessage());
            }
        }

        private void beginMember() {
            require(HEADER_BYTES);
            int magic = source.getShort() & 0xffff;
            int method = source.get();
            int flags = source.get();
            if (magic != MAGIC_LE || method != Deflater.DEFLATED || (flags & RESERVED_FLAGS) != 0) {
                throw new MalformedMessageException("not a gzip header");
            }
            skip(6);
            if ((flags & EXTRA_FLAG) != 0) {
                require(2);
                skip(source.getShort() & 0xffff);
            }
            if ((flags & NAME_FLAG) != 0) {
                skipText();
            }
            if ((flags & COMMENT_FLAG) != 0) {
                skipText();
            }
            if ((flags & HEADER_CRC_FLAG) != 0) {
                skip(2);
            }
            inflater.reset();
            inflater.setInput(source);
            crc.reset();
            insideMember = true;
        }

        private void endMember() {
            require(TRAILER_BYTES);
            boolean isSameContent = source.getInt() == (int) crc.getValue();
            boolean isSameSize = source.getInt() == (int) inflater.getBytesWritten();
            if (!isSameContent || !isSameSize) {
                throw new MalformedMessageException("gzip trailer does not match its data");
            }
            insideMember = false;
        }

        private void skipText() {
            do {
                require(1);
            } while (source.get() != 0);
        }

        private void skip(int lengthBytes) {
            require(lengthBytes);
            source.position(source.position() + lengthBytes);
        }

        private void require(int lengthBytes) {
            if (source.remaining() < lengthBytes) {
                throw new MalformedMessageException("truncated gzip data");
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}

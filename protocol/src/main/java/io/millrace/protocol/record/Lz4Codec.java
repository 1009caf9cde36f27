package io.millrace.protocol.record;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * One LZ4 frame of independent blocks (lz4_Frame_format.md); Kafka's own readers know no linked blocks or dictionaries.
 * <pre>
 *   0             4       5    6                                14
 *   | 04 22 4d 18 | flags | BD | content size, if flagged (8)   | header check | blocks | 0 (4) | content check, if flagged |
 *
 *   block, little-endian:  | length (4), top bit: stored as it is | data | check, if flagged (4) |
 *   flags: 6-7 version 1, 5 independent, 4 block checks, 3 content size, 2 content check.  BD bits 4-6: 2^(8 + 2n) a block
 * </pre>
 */
final class Lz4Codec implements Codec {
    private static final int MAGIC = 0x184d2204;
    private static final int INDEPENDENT_V1 = 0x60;
    private static final int MUST_MATCH_FLAGS = 0xe3;
    private static final int BLOCK_CHECK_FLAG = 0x10;
    private static final int CONTENT_SIZE_FLAG = 0x08;
    private static final int CONTENT_CHECK_FLAG = 0x04;
    private static final int BLOCK_64_KIB = 0x40;
    private static final int STORED_BIT = 0x80000000;
    private static final int BLOCK_BYTES = 64 * 1024;
    private static final int FAST_LEVEL = 9;

    private final LZ4Factory factory = LZ4Factory.fastestInstance();
    private final XXHash32 hash = XXHashFactory.fastestInstance().hash32();

    @Override
    public void compress(ByteBuffer source, int level, ByteBuf out) {
        LZ4Compressor compressor = level == FAST_LEVEL ? factory.fastCompressor()
                : factory.highCompressor(level);
        byte[] descriptor = {INDEPENDENT_V1, BLOCK_64_KIB};
        out.writeIntLE(MAGIC).writeBytes(descriptor)
                .writeByte(hash.hash(descriptor, 0, descriptor.length, 0) >>> 8);
        while (source.hasRemaining()) {
            int blockBytes = Math.min(BLOCK_BYTES, source.remaining());
            int boundBytes = compressor.maxCompressedLength(blockBytes);
            out.ensureWritable(Integer.BYTES + boundBytes);
            int start = out.writerIndex() + Integer.BYTES;
            var target = out.internalNioBuffer(start, boundBytes);
            int written = compressor.compress(source, source.position(), blockBytes, target,
                    target.position(),
                    boundBytes);
            if (written < blockBytes) {
                out.writeIntLE(written).writerIndex(start + written);
                source.position(source.position() + blockBytes);
            } else {
                out.writeIntLE(blockBytes | STORED_BIT);
                out.writeBytes(source.slice().limit(blockBytes));
                source.position(source.position() + blockBytes);
            }
        }
        out.writeIntLE(0);
    }

    @Override
    public Decompressor newDecompressor() {
        return new Reader(factory.safeDecompressor(), hash);
    }

    private static final class Reader implements Decompressor {
        /** No LZ4 block can expand further: a length byte yields at most 255 bytes. */
        private static final int HIGHEST_RATIO = 255;

        private final LZ4SafeDecompressor decompressor;
        private final XXHash32 hash;
        private ByteBuffer source;
        private boolean hasBlockChecks;
        private boolean hasContentCheck;
        private int maxBlockBytes;
        private int blockBytes;
        private boolean isStored;

        Reader(LZ4SafeDecompressor decompressor, XXHash32 hash) {
            this.decompressor = decompressor;
            this.hash = hash;
        }

        @Override
        public void open(ByteBuffer source) {
            this.source = source.order(ByteOrder.LITTLE_ENDIAN);
            require(7);
            if (source.getInt() != MAGIC) {
                throw new MalformedMessageException("not an lz4 frame");
            }
            int descriptorStart = source.position();
            int flags = source.get();
            int descriptor = source.get() & 0xff;
            if ((flags & MUST_MATCH_FLAGS) != INDEPENDENT_V1 || descriptor < BLOCK_64_KIB
                    || (descriptor & ~0x70) != 0) {
                throw new MalformedMessageException(
                        "unsupported lz4 frame: flags " + flags + ", " + descriptor);
            }
            hasBlockChecks = (flags & BLOCK_CHECK_FLAG) != 0;
            hasContentCheck = (flags & CONTENT_CHECK_FLAG) != 0;
            maxBlockBytes = 1 << 8 + 2 * (descriptor >>> 4);
            if ((flags & CONTENT_SIZE_FLAG) != 0) {
                require(Long.BYTES + 1);
                source.position(source.position() + Long.BYTES);
            }
            int check = hash.hash(source, descriptorStart, source.position() - descriptorStart, 0) >>> 8;
            if (source.get() != (byte) check) {
                throw new MalformedMessageException("lz4 frame header does not match its check");
            }
        }

        @Override
        public int nextBytes() {
            require(Integer.BYTES);
            int length = source.getInt();
            if (length == 0) {
                finishFrame();
                return 0;
            }
            isStored = (length & STORED_BIT) != 0;
            blockBytes = length & ~STORED_BIT;
            if (blockBytes == 0 || blockBytes > maxBlockBytes) {
                throw new MalformedMessageException("lz4 block of " + blockBytes + " bytes");
            }
            require(blockBytes + (hasBlockChecks ? Integer.BYTES : 0));
            return isStored ? blockBytes : (int) Math.min(maxBlockBytes, (long) HIGHEST_RATIO * blockBytes);
        }

        /** Leaves an end mark in front, so that asking again gives the same answer. */
        private void finishFrame() {
            int tailBytes = hasContentCheck ? Integer.BYTES : 0;
            if (source.remaining() != tailBytes) {
                throw new MalformedMessageException("bytes are missing or left over after the lz4 frame");
            }
            source.position(source.position() - Integer.BYTES);
        }

        @Override
        public void read(ByteBuf out) {
            int from = source.position();
            if (hasBlockChecks
                    && hash.hash(source, from, blockBytes, 0) != source.getInt(from + blockBytes)) {
                throw new MalformedMessageException("lz4 block does not match its check");
            }
            if (isStored) {
                out.writeBytes(source.slice().limit(blockBytes));
            } else {
                expand(from, out);
            }
            source.position(from + blockBytes + (hasBlockChecks ? Integer.BYTES : 0));
        }

        private void expand(int from, ByteBuf out) {
            int start = out.writerIndex();
            int boundBytes = (int) Math.min(maxBlockBytes, (long) HIGHEST_RATIO * blockBytes);
            var target = out.internalNioBuffer(start, boundBytes);
            try {
                int readBytes = decompressor.decompress(source, from, blockBytes, target, target.position(),
                        boundBytes);
                out.writerIndex(start + readBytes);
            } catch (LZ4Exception e) {
                throw new MalformedMessageException("bad lz4 data: " + e.getMessage());
            }
        }

        private void require(int lengthBytes) {
            if (source.remaining() < lengthBytes) {
                throw new MalformedMessageException("truncated lz4 data");
            }
        }

        @Override
        public void close() {
            source = null;
        }
    }
}

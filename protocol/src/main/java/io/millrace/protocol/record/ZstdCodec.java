package io.millrace.protocol.record;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** Zstandard frames, one or more (RFC 8878). */
final class ZstdCodec implements Codec {
    ZstdCodec() {
        Zstd.defaultCompressionLevel();
    }

    @Override
    public void compress(ByteBuffer source, int level, ByteBuf out) {
        int boundBytes = Math.toIntExact(Zstd.compressBound(source.remaining()));
        out.ensureWritable(boundBytes);
        int start = out.writerIndex();
        var target = out.internalNioBuffer(start, boundBytes);
        try (var context = new ZstdCompressCtx()) {
            context.setLevel(level);
            int written = context.compressDirectByteBuffer(target, target.position(), boundBytes, source,
                    source.position(), source.remaining());
            out.writerIndex(start + written);
        }
        source.position(source.limit());
    }

    @Override
    public Decompressor newDecompressor() {
        return new Reader();
    }

    private static final class Reader implements Decompressor {
        /** A context keeps its largest window; one that served a larger region is given back. */
        private static final int KEPT_WINDOW_BYTES = 8 * 1024 * 1024;

        private ZstdDecompressCtx context = new ZstdDecompressCtx();
        private ByteBuffer source;
        private boolean isFrameDone;
        private long expandedBytes;

        @Override
        public void open(ByteBuffer source) {
            if (expandedBytes > KEPT_WINDOW_BYTES) {
                context.close();
                context = new ZstdDecompressCtx();
            } else {
                context.reset();
            }
            this.source = source;
            isFrameDone = true;
            expandedBytes = 0;
        }

        @Override
        public int nextBytes() {
            return isFrameDone && !source.hasRemaining() ? 0 : CHUNK_BYTES;
        }

        @Override
        public void read(ByteBuf out) {
            int start = out.writerIndex();
            var target = out.internalNioBuffer(start, CHUNK_BYTES);
            int targetStart = target.position();
            int sourceStart = source.position();
            try {
                isFrameDone = context.decompressDirectByteBufferStream(target, source);
            } catch (ZstdException e) {
                throw new MalformedMessageException("bad zstd data: " + e.getMessage());
            }
            int readBytes = target.position() - targetStart;
            if (readBytes == 0 && source.position() == sourceStart) {
                throw new MalformedMessageException("truncated zstd data");
            }
            expandedBytes += readBytes;
            out.writerIndex(start + readBytes);
        }

        @Override
        public void close() {
            context.close();
        }
    }
}

package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Reads the fields of one message in place and in order, for codecs written by hand. Each read is checked against
 * the bytes left: {@link MalformedMessageException}. Reused; owned by one thread.
 */
public final class FieldReader {
    private static final int MAX_TEXT_BYTES = Short.MAX_VALUE;

    private ByteBuf in;
    private boolean flexible;
    private int tagStart;
    private int tagEnd;

    public void wrap(ByteBuf in, boolean flexible) {
        this.in = in;
        this.flexible = flexible;
    }

    public int position() {
        return in.readerIndex();
    }

    public void position(int position) {
        in.readerIndex(position);
    }

    public byte int8() {
        require(Byte.BYTES);
        return in.readByte();
    }

    public short int16() {
        require(Short.BYTES);
        return in.readShort();
    }

    public int int32() {
        require(Integer.BYTES);
        return in.readInt();
    }

    public long int64() {
        require(Long.BYTES);
        return in.readLong();
    }

    public Uuid uuid() {
        require(2 * Long.BYTES);
        long mostSignificantBits = in.readLong();
        long leastSignificantBits = in.readLong();
        boolean zero = (mostSignificantBits | leastSignificantBits) == 0;
        return zero ? Uuid.ZERO : new Uuid(mostSignificantBits, leastSignificantBits);
    }

    /** The count of an array whose elements take at least so many bytes. */
    public int count(int minElementBytes) {
        return arrayPrefix().read(in, false, minElementBytes);
    }

    /** The same for an array that may be null: then -1. */
    public int nullableCount(int minElementBytes) {
        return arrayPrefix().read(in, true, minElementBytes);
    }

    /** The length of a byte string that follows, -1 for null. */
    public int bytesLength() {
        return arrayPrefix().read(in, true, 1);
    }

    /** The length of a text that follows, and may not be null. */
    public int textLength() {
        return textLength(false);
    }

    public String text() {
        return text(textLength(false));
    }

    public String nullableText() {
        int length = textLength(true);
        return length < 0 ? null : text(length);
    }

    public void skip(int bytes) {
        in.skipBytes(bytes);
    }

    /** Skips the tagged fields of a structure in which none is known; it may itself lie in a tagged field. */
    public void skipTags() {
        int outerStart = tagStart;
        int outerEnd = tagEnd;
        for (int left = tagCount(); left > 0; left--) {
            beginTag();
            endTag();
        }
        tagStart = outerStart;
        tagEnd = outerEnd;
    }

    public int tagCount() {
        if (!flexible) {
            return 0;
        }
        int count = Varint.readUnsigned(in);
        if (count < 0 || count > in.readableBytes() / 2) {
            throw new MalformedMessageException("more tagged fields than bytes");
        }
        return count;
    }

    /** Enters a tagged field and returns its tag. */
    public int beginTag() {
        int tag = Varint.readUnsigned(in);
        int size = Varint.readUnsigned(in);
        if (size < 0) {
            throw new MalformedMessageException("negative size of a tagged field");
        }
        require(size);
        tagStart = in.readerIndex();
        tagEnd = tagStart + size;
        return tag;
    }

    /** Leaves a tagged field: one that was not read is skipped, one that was must have been read whole. */
    public void endTag() {
        if (in.readerIndex() != tagStart && in.readerIndex() != tagEnd) {
            throw new MalformedMessageException("a tagged field is not of the size announced");
        }
        in.readerIndex(tagEnd);
    }

    public void requireEnd() {
        if (in.isReadable()) {
            throw new MalformedMessageException(in.readableBytes() + " bytes after the message");
        }
    }

    private int textLength(boolean nullable) {
        var prefix = flexible ? LengthPrefix.COMPACT : LengthPrefix.INT16;
        int length = prefix.read(in, nullable, 1);
        if (length > MAX_TEXT_BYTES) {
            throw new MalformedMessageException("string of " + length + " bytes is too long");
        }
        return length;
    }

    private String text(int length) {
        return in.readString(length, StandardCharsets.UTF_8);
    }

    private LengthPrefix arrayPrefix() {
        return flexible ? LengthPrefix.COMPACT : LengthPrefix.INT32;
    }

    private void require(int bytes) {
        if (in.readableBytes() < bytes) {
            throw new MalformedMessageException(bytes + " bytes expected, " + in.readableBytes() + " left");
        }
    }
}

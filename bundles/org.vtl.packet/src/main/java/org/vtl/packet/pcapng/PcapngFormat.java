package org.vtl.packet.pcapng;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng); unknown ones are passed over. */
final class PcapngFormat implements CaptureFormat {
  static final int SECTION_HEADER = 0x0a0d0d0a;

  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;
  private static final int MAX_INTERFACES = 256;

  private final int[] linkTypes = new int[MAX_INTERFACES];
  private final int[] snapLengths = new int[MAX_INTERFACES];
  private final int[] resolutions = new int[MAX_INTERFACES];
  private final long[] offsets = new long[MAX_INTERFACES];
  private int interfaces;

  @Override
  public boolean next(CaptureReader reader) throws IOException {
    while (!reader.atEnd()) {
      ByteBuffer buffer = reader.buffer();
      if (!reader.fill(12)) {
        reader.fail("is cut off in a block's header");
        return false;
      }
      if (!order(buffer)) {
        reader.fail("has a section of unknown byte order");
        return false;
      }
      int type = buffer.getInt(buffer.position());
      int length = buffer.getInt(buffer.position() + 4);
      if (length < 12 || length % 4 != 0 || length > CaptureReader.MAX_BLOCK) {
        reader.fail("has a block of " + (length & 0xffff_ffffL) + " bytes");
        return false;
      }
      if (!reader.fill(length)) {
        reader.fail("is cut off in a block");
        return false;
      }
      int at = buffer.position();
      buffer.position(at + length);
      if (buffer.getInt(at + length - 4) != length) {
        reader.fail("has a block whose two lengths differ");
        return false;
      }
      if (block(reader, buffer, type, at, at + length - 4)) {
        return true;
      }
      if (reader.problem() != null) {
        return false;
      }
    }
    return false;
  }

  /** A section sets the byte order of its blocks, its own header's included. */
  private static boolean order(ByteBuffer buffer) {
    int at = buffer.position();
    if (buffer.getInt(at) != SECTION_HEADER) {
      return true; // read the same in both orders only for a section header
    }
    for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
      if (buffer.order(order).getInt(at + 8) == 0x1a2b3c4d) {
        return true;
      }
    }
    return false;
  }

  /** Takes one block in; whether it is a packet. */
  private boolean block(CaptureReader reader, ByteBuffer buffer, int type, int at, int end) {
    switch (type) {
      case SECTION_HEADER -> interfaces = 0;
      case INTERFACE_DESCRIPTION -> describe(reader, buffer, at, end);
      case PACKET, ENHANCED_PACKET -> {
        return packet(reader, buffer, type == PACKET, at, end);
      }
      case SIMPLE_PACKET -> {
        return simple(reader, buffer, at, end);
      }
      default -> {}
    }
    return false;
  }

  private void describe(CaptureReader reader, ByteBuffer buffer, int at, int end) {
    if (end - at < 16 || interfaces == MAX_INTERFACES) {
      reader.fail("has an interface block too short, or more than " + MAX_INTERFACES);
      return;
    }
    int index = interfaces++;
    linkTypes[index] = buffer.getShort(at + 8) & 0xffff;
    snapLengths[index] = buffer.getInt(at + 12);
    int resolution = option(buffer, at + 16, end, 9, 1);
    resolutions[index] = resolution < 0 ? 6 : buffer.get(resolution) & 0xff;
    int offset = option(buffer, at + 16, end, 14, 8);
    offsets[index] = offset < 0 ? 0 : buffer.getLong(offset);
  }

  private boolean packet(CaptureReader reader, ByteBuffer buffer, boolean old, int at, int end) {
    if (end - at < 28) {
      reader.fail("has a packet block that is too short");
      return false;
    }
    int index = old ? buffer.getShort(at + 8) & 0xffff : buffer.getInt(at + 8);
    int captured = buffer.getInt(at + 20);
    if (index < 0 || index >= interfaces || captured < 0 || captured > end - at - 28) {
      reader.fail("has a packet of no interface, or longer than its block");
      return false;
    }
    long units = (long) buffer.getInt(at + 12) << 32 | buffer.getInt(at + 16) & 0xffff_ffffL;
    set(reader, index, at + 28, captured, buffer.getInt(at + 24));
    reader.nanos = nanos(units, resolutions[index]) + offsets[index] * 1_000_000_000L;
    int options = at + 28 + (captured + 3 & ~3);
    int flags = option(buffer, options, end, 2, 4);
    reader.direction = flags < 0 ? PcapngWriter.UNKNOWN : buffer.getInt(flags) & 3;
    int drops = option(buffer, options, end, 4, 8);
    reader.dropped = drops >= 0 ? buffer.getLong(drops) : 0;
    if (old) {
      int count = buffer.getShort(at + 10) & 0xffff;
      reader.dropped = count == 0xffff ? 0 : count;
    }
    return true;
  }

  private boolean simple(CaptureReader reader, ByteBuffer buffer, int at, int end) {
    if (end - at < 12 || interfaces == 0) {
      reader.fail("has a simple packet that is too short or of no interface");
      return false;
    }
    int original = buffer.getInt(at + 8);
    int captured = end - at - 12;
    if (Integer.compareUnsigned(original, captured) < 0) {
      captured = original;
    }
    if (snapLengths[0] > 0) {
      captured = Math.min(captured, snapLengths[0]);
    }
    set(reader, 0, at + 12, captured, original);
    reader.nanos = 0;
    reader.direction = PcapngWriter.UNKNOWN;
    reader.dropped = 0;
    return true;
  }

  private void set(CaptureReader reader, int index, int dataAt, int captured, int original) {
    reader.interfaceId = index;
    reader.linkType = linkTypes[index];
    reader.dataAt = dataAt;
    reader.capturedLength = captured;
    reader.originalLength = original;
  }

  /** Where the value of option {@code code} with at least {@code bytes} bytes is, or -1. */
  private static int option(ByteBuffer buffer, int from, int end, int code, int bytes) {
    int at = from;
    while (at + 4 <= end) {
      int found = buffer.getShort(at) & 0xffff;
      int length = buffer.getShort(at + 2) & 0xffff;
      if (found == 0 || at + 4 + length > end) {
        return -1;
      }
      if (found == code && length >= bytes) {
        return at + 4;
      }
      at += 4 + (length + 3 & ~3);
    }
    return -1;
  }

  /** Units of 10^-n seconds, or of 2^-n with the top bit set, as nanoseconds. */
  private static long nanos(long units, int resolution) {
    int n = resolution & 0x7f;
    if ((resolution & 0x80) == 0) {
      long value = units;
      for (int i = n; i < 9; i++) {
        value *= 10;
      }
      for (int i = 9; i < n; i++) {
        value /= 10;
      }
      return value;
    }
    if (n > 63) {
      return 0;
    }
    long fraction = units & (1L << n) - 1;
    int bits = Math.min(n, 30); // so that the product below fits
    return (units >>> n) * 1_000_000_000L + ((fraction >>> n - bits) * 1_000_000_000L >>> bits);
  }
}

package org.vtl.packet.pcapng;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Encodes the blocks of a pcapng file (draft-ietf-opsawg-pcapng) into a buffer that the caller
 * drains to a file, a ring or a socket. Times are in nanoseconds since 1970, the byte order is the
 * machine's.
 *
 * <p>A file begins with {@link #sectionHeader}, then one {@link #interfaceDescription} per
 * interface, numbered from 0, before its packets. Each method writes a whole block or, when the
 * buffer has too little room left, nothing, and says which. Packets and statistics allocate
 * nothing. Used by one thread.
 */
public final class PcapngWriter {
  /** Direction not known: no flags option. */
  public static final int UNKNOWN = 0;

  /** The interface received the packet (epb_flags). */
  public static final int RECEIVED = 1;

  /** The interface sent the packet. */
  public static final int SENT = 2;

  private static final int SECTION_HEADER = 0x0a0d0d0a;
  private static final int INTERFACE_DESCRIPTION = 1;
  private static final int INTERFACE_STATISTICS = 5;
  private static final int ENHANCED_PACKET = 6;

  /** The resolution of times: 10 to the power of minus nine seconds. */
  private static final byte[] NANOSECONDS = {9};

  private final ByteBuffer out;
  private final MemorySegment target;

  /** A writer into {@code out}, at its position, up to its limit; sets its byte order. */
  public PcapngWriter(ByteBuffer out) {
    this.out = out;
    out.order(ByteOrder.nativeOrder());
    target = MemorySegment.ofBuffer(out.duplicate().clear());
  }

  /** Bytes of a packet's block. */
  public static int packetLength(int captured, byte[] comment) {
    int options = comment == null ? 0 : option(comment.length);
    return 32 + padded(captured) + options + 8 + 12 + 4;
  }

  /** A section header, naming the application that writes. */
  public boolean sectionHeader(String application) {
    byte[] name = application.getBytes(StandardCharsets.UTF_8);
    int length = 28 + option(name.length) + 4;
    if (out.remaining() < length) {
      return false;
    }
    begin(SECTION_HEADER, length);
    out.putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0).putLong(-1);
    putOption(4, name);
    end(length);
    return true;
  }

  /** An Ethernet interface; {@code snapLength} is the most bytes captured of a frame, 0 for all. */
  public boolean interfaceDescription(String name, String description, int snapLength) {
    byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] descriptionBytes = description.getBytes(StandardCharsets.UTF_8);
    int length = 20 + option(nameBytes.length) + option(descriptionBytes.length) + 8 + 4;
    if (out.remaining() < length) {
      return false;
    }
    begin(INTERFACE_DESCRIPTION, length);
    out.putShort((short) 1).putShort((short) 0).putInt(snapLength);
    putOption(2, nameBytes);
    putOption(3, descriptionBytes);
    putOption(9, NANOSECONDS);
    end(length);
    return true;
  }

  /**
   * A packet.
   *
   * @param nanos when, in nanoseconds since 1970
   * @param offset where in {@code memory} the frame begins
   * @param captured bytes of it to write
   * @param original bytes it had on the wire
   * @param direction {@link #UNKNOWN}, {@link #RECEIVED} or {@link #SENT}
   * @param dropped packets lost since the one before (epb_dropcount), 0 for none
   * @param comment UTF-8 text, or null
   */
  public boolean packet(
      int interfaceId,
      long nanos,
      MemorySegment memory,
      long offset,
      int captured,
      int original,
      int direction,
      long dropped,
      byte[] comment) {
    int options = comment == null ? 0 : option(comment.length);
    options += direction == UNKNOWN ? 0 : 8;
    options += dropped == 0 ? 0 : 12;
    options += options == 0 ? 0 : 4;
    int length = 28 + padded(captured) + options + 4;
    if (out.remaining() < length) {
      return false;
    }
    begin(ENHANCED_PACKET, length);
    out.putInt(interfaceId).putInt((int) (nanos >>> 32)).putInt((int) nanos);
    out.putInt(captured).putInt(original);
    putBytes(memory, offset, captured);
    if (comment != null) {
      putOption(1, comment);
    }
    if (direction != UNKNOWN) {
      out.putShort((short) 2).putShort((short) 4).putInt(direction);
    }
    if (dropped != 0) {
      out.putShort((short) 4).putShort((short) 8).putLong(dropped);
    }
    if (options != 0) {
      out.putInt(0);
    }
    out.putInt(length);
    return true;
  }

  /** What an interface received and what was dropped of it, so far. */
  public boolean interfaceStatistics(int interfaceId, long nanos, long received, long dropped) {
    int length = 20 + 12 + 12 + 4 + 4;
    if (out.remaining() < length) {
      return false;
    }
    begin(INTERFACE_STATISTICS, length);
    out.putInt(interfaceId).putInt((int) (nanos >>> 32)).putInt((int) nanos);
    out.putShort((short) 4).putShort((short) 8).putLong(received);
    out.putShort((short) 5).putShort((short) 8).putLong(dropped);
    end(length);
    return true;
  }

  private void begin(int type, int length) {
    out.putInt(type).putInt(length);
  }

  /** The end of the options, and the length again. */
  private void end(int length) {
    out.putInt(0).putInt(length);
  }

  private void putOption(int code, byte[] value) {
    out.putShort((short) code).putShort((short) value.length).put(value);
    for (int i = value.length; i % 4 != 0; i++) {
      out.put((byte) 0);
    }
  }

  private void putBytes(MemorySegment memory, long offset, int count) {
    int at = out.position();
    MemorySegment.copy(memory, offset, target, at, count);
    out.position(at + count);
    for (int i = count; i % 4 != 0; i++) {
      out.put((byte) 0);
    }
  }

  private static int option(int length) {
    return 4 + padded(length);
  }

  private static int padded(int length) {
    return length + 3 & ~3;
  }
}

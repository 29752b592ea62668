package org.vtl.packet.pcapng;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import org.vtl.packet.Bytes;
import org.vtl.packet.EthernetHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Reads capture files packet by packet: pcapng, and pcap with micro- or nanoseconds, each in either
 * byte order. Which one it is shows in the first bytes.
 *
 * <p>Files are not trusted. A file that is cut off, or contradicts itself, ends where it does so:
 * {@link #next} returns false and {@link #problem} says why; the packets before are good. No block
 * above {@value #MAX_BLOCK} bytes is read. Memory is taken once; reading a packet allocates
 * nothing. Used by one thread.
 */
public final class CaptureReader implements Closeable {
  /** The longest block or record that is read, in bytes. */
  public static final int MAX_BLOCK = 1 << 20;

  /** Link type of Ethernet. */
  public static final int ETHERNET = 1;

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_BLOCK + 64);
  private final MemorySegment memory = MemorySegment.ofArray(buffer.array());
  private CaptureFormat format;
  private boolean ended;
  private String problem;

  // The current packet, as its format set it.
  int dataAt;
  int capturedLength;
  int originalLength;
  int linkType;
  int interfaceId;
  int direction;
  long nanos;
  long dropped;

  /** A reader of what {@code channel} delivers; it is closed with the reader. */
  public CaptureReader(ReadableByteChannel channel) {
    this.channel = channel;
    buffer.limit(0);
  }

  /** A reader of a file. */
  public static CaptureReader open(Path file) throws IOException {
    return new CaptureReader(FileChannel.open(file));
  }

  /** Goes to the next packet; false at the end, for good. */
  public boolean next() throws IOException {
    if (ended) {
      return false;
    }
    if (format == null) {
      format = recognize();
    }
    if (format != null && format.next(this)) {
      return true;
    }
    ended = true;
    return false;
  }

  /** Why the file ended before its time, in one sentence, or null when it did not. */
  public String problem() {
    return problem;
  }

  /** When the packet was captured, in nanoseconds since 1970. */
  public long nanos() {
    return nanos;
  }

  /** Bytes of the packet in the file. */
  public int capturedLength() {
    return capturedLength;
  }

  /** Bytes the packet had on the wire. */
  public int originalLength() {
    return originalLength;
  }

  /** The link type (LINKTYPE_ values of the pcap project). */
  public int linkType() {
    return linkType;
  }

  /** The interface within its section, from 0. */
  public int interfaceId() {
    return interfaceId;
  }

  /** {@link PcapngWriter#UNKNOWN}, {@link PcapngWriter#RECEIVED} or {@link PcapngWriter#SENT}. */
  public int direction() {
    return direction;
  }

  /** Packets lost before this one, as far as the file says. */
  public long dropped() {
    return dropped;
  }

  /** The captured bytes, valid until the next call of {@link #next}. Allocates. */
  public MemorySegment data() {
    return memory.asSlice(dataAt, capturedLength).asReadOnly();
  }

  /**
   * Puts the packet into {@code packet} as an Ethernet frame, not yet parsed. A link type that
   * carries bare IP gets an Ethernet header without addresses.
   *
   * @return false when the link type carries no frame that could be made Ethernet, or a frame is
   *     longer than a slot
   */
  public boolean read(Packet packet) {
    int skip = linkHeader();
    int type = linkType == ETHERNET ? -1 : etherType();
    int header = type < 0 ? 0 : EthernetHeader.LENGTH;
    int count = capturedLength - skip;
    if (skip < 0 || count < 0 || count + header > Packet.MAX_FRAME || (header > 0 && type == 0)) {
      return false;
    }
    MemorySegment slot = packet.memory();
    if (header > 0) {
      Bytes.setU48(slot, Packet.HEADROOM, 0);
      Bytes.setU48(slot, Packet.HEADROOM + 6L, 0);
      Bytes.setU16(slot, Packet.HEADROOM + 12L, type);
    }
    MemorySegment.copy(memory, (long) dataAt + skip, slot, Packet.HEADROOM + header, count);
    packet.frame(Packet.HEADROOM, header + count);
    return true;
  }

  @Override
  public void close() throws IOException {
    ended = true;
    channel.close();
  }

  /** Bytes before the frame or datagram, or -1 for a link type that is not known here. */
  private int linkHeader() {
    return switch (linkType) {
      case ETHERNET, 12, 14, 101, 228, 229 -> 0;
      case 0, 108 -> 4;
      case 113 -> 16;
      case 276 -> 20;
      default -> -1;
    };
  }

  /** The EtherType of a datagram without an Ethernet header, 0 when it cannot be told. */
  private int etherType() {
    int at = linkType == 113 ? 14 : linkType == 276 ? 0 : -1;
    int skip = linkHeader();
    if (skip < 0 || capturedLength <= skip) {
      return 0;
    }
    if (at >= 0) {
      return Bytes.u16(memory, (long) dataAt + at);
    }
    return switch (Bytes.u8(memory, (long) dataAt + skip) >>> 4) {
      case 4 -> Protocol.ETHER_IPV4;
      case 6 -> Protocol.ETHER_IPV6;
      default -> 0;
    };
  }

  private CaptureFormat recognize() throws IOException {
    if (!fill(4)) {
      return fail("is empty or cut off in its first four bytes");
    }
    int magic = buffer.order(ByteOrder.BIG_ENDIAN).getInt(buffer.position());
    return switch (magic) {
      case PcapngFormat.SECTION_HEADER -> new PcapngFormat();
      case 0xa1b2c3d4 -> PcapFormat.begin(this, ByteOrder.BIG_ENDIAN, 1000, 16);
      case 0xd4c3b2a1 -> PcapFormat.begin(this, ByteOrder.LITTLE_ENDIAN, 1000, 16);
      case 0xa1b23c4d -> PcapFormat.begin(this, ByteOrder.BIG_ENDIAN, 1, 16);
      case 0x4d3cb2a1 -> PcapFormat.begin(this, ByteOrder.LITTLE_ENDIAN, 1, 16);
      case 0xa1b2cd34 -> PcapFormat.begin(this, ByteOrder.BIG_ENDIAN, 1000, 24);
      case 0x34cdb2a1 -> PcapFormat.begin(this, ByteOrder.LITTLE_ENDIAN, 1000, 24);
      default -> fail("is neither pcapng nor pcap");
    };
  }

  // ---- for the formats -------------------------------------------------------------------------

  ByteBuffer buffer() {
    return buffer;
  }

  /** Reads on until {@code count} bytes, at most a block's, are there; false at the file's end. */
  boolean fill(int count) throws IOException {
    if (buffer.remaining() >= count) {
      return true;
    }
    ByteOrder order = buffer.order();
    buffer.compact();
    int read = 0;
    while (buffer.position() < count && read >= 0) {
      read = channel.read(buffer);
    }
    buffer.flip().order(order);
    return buffer.remaining() >= count;
  }

  /** Whether the file ends cleanly here, between two packets. */
  boolean atEnd() throws IOException {
    return !fill(1);
  }

  /** Notes why the file ends here; returns null for the caller to return. */
  <T> T fail(String why) {
    problem = "The capture file " + why + ".";
    return null;
  }
}

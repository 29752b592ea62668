package org.vtl.io.pcap.internal;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.vtl.packet.Packet;

/** The pcap format with nanoseconds (draft-ietf-opsawg-pcap), in the machine's byte order. */
final class PcapEncoder implements CaptureEncoder {
  private static final int CAPACITY = 1 << 20;
  private static final int MAGIC_NANOSECONDS = 0xa1b23c4d;
  private static final int SNAP_LENGTH = 262_144;
  private static final int LINKTYPE_ETHERNET = 1;
  private static final int RECORD_HEADER_LENGTH = 16;
  private static final long SECOND = 1_000_000_000;

  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(CAPACITY).order(ByteOrder.nativeOrder());
  private final MemorySegment memory = MemorySegment.ofBuffer(buffer);

  @Override
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void begin() {
    buffer.putInt(MAGIC_NANOSECONDS).putShort((short) 2).putShort((short) 4);
    buffer.putInt(0).putInt(0).putInt(SNAP_LENGTH).putInt(LINKTYPE_ETHERNET);
  }

  @Override
  public boolean frame(Packet packet, long nanos) {
    int length = packet.length();
    if (buffer.remaining() < RECORD_HEADER_LENGTH + length) {
      return false;
    }
    buffer.putInt((int) (nanos / SECOND)).putInt((int) (nanos % SECOND));
    buffer.putInt(length).putInt(length);
    MemorySegment.copy(packet.memory(), packet.start(), memory, buffer.position(), length);
    buffer.position(buffer.position() + length);
    return true;
  }
}

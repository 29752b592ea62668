package org.vtl.io.pcap.internal;

import java.nio.ByteBuffer;
import org.vtl.packet.Packet;
import org.vtl.packet.pcapng.PcapngWriter;

/** The pcapng format (draft-ietf-opsawg-pcapng). */
final class PcapngEncoder implements CaptureEncoder {
  private static final int CAPACITY = 1 << 20;

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(CAPACITY);
  private final PcapngWriter writer = new PcapngWriter(buffer);

  @Override
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void begin() {
    writer.sectionHeader("VTL");
    writer.interfaceDescription("file", "frames sent to a VTL port", 0);
  }

  @Override
  public boolean frame(Packet packet, long nanos) {
    int length = packet.length();
    return writer.packet(
        0, nanos, packet.memory(), packet.start(), length, length, PcapngWriter.SENT, 0, null);
  }
}

package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;

/**
 * The VLAN tag that the kernel takes out of a received frame and tells beside it; put back here.
 */
final class StrippedTag {
  private static final int LENGTH = 4;
  private static final int ADDRESS_LENGTH = 6;
  private static final int ETH_P_8021Q = 0x8100;

  private StrippedTag() {}

  /**
   * The tag, TPID and TCI as in a frame, or 0 for none.
   *
   * @param status the frame's TP_STATUS bits
   */
  static int of(int status, short protocol, short control) {
    if ((status & Uapi.TP_STATUS_VLAN_VALID) == 0) {
      return 0;
    }
    int named = (status & Uapi.TP_STATUS_VLAN_TPID_VALID) == 0 ? ETH_P_8021Q : protocol & 0xffff;
    return named << 16 | control & 0xffff;
  }

  /**
   * Makes the packet a frame with its tag and its offloads, of what was received: a virtio-net
   * header and {@code length} bytes at the end of the headroom.
   */
  static void frame(Packet packet, int length, int tag) {
    int header = Packet.HEADROOM - VnetHeader.LENGTH;
    if (tag == 0 || length < 2 * ADDRESS_LENGTH) {
      packet.frame(Packet.HEADROOM, length);
      VnetHeader.read(packet, header, 0);
      return;
    }
    int start = Packet.HEADROOM - LENGTH;
    packet.frame(start, length + LENGTH);
    // Read before the addresses move: they overwrite the header's end.
    VnetHeader.read(packet, header, LENGTH);
    MemorySegment memory = packet.memory();
    long destination = Bytes.u48(memory, Packet.HEADROOM);
    long source = Bytes.u48(memory, Packet.HEADROOM + ADDRESS_LENGTH);
    Bytes.setU48(memory, start, destination);
    Bytes.setU48(memory, start + ADDRESS_LENGTH, source);
    Bytes.setU32(memory, start + 2 * ADDRESS_LENGTH, tag);
  }
}

package org.vtl.service.firewall.internal.spoof;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * Tells frames that carry IP or ARP where a filter does not look but some receivers do: behind more
 * VLAN tags than are parsed, or in IEEE 802.2 LLC/SNAP (the way around RA guard and ARP inspection
 * that CERT VU#855201 describes).
 */
final class HiddenFrame {
  /** Type fields up to here are lengths of IEEE 802.3 frames. */
  private static final int LONGEST_LENGTH = 1_535;

  private static final int SNAP = 0xaaaa;
  private static final int UNNUMBERED = 0x03;
  private static final int QINQ_OLD = 0x9100;
  private static final int SNAP_LENGTH = 8;

  private HiddenFrame() {}

  static boolean isHidden(Packet packet) {
    int type = packet.etherType();
    if (type > LONGEST_LENGTH) {
      return isTag(type);
    }
    int at = packet.networkOffset();
    if (at + SNAP_LENGTH > packet.length()) {
      return false;
    }
    MemorySegment memory = packet.memory();
    at += packet.start();
    // The organization's code is not asked: 00-00-00 and 00-00-f8 (IEEE 802.1H) both mean Ethernet.
    return Bytes.u16(memory, at) == SNAP
        && Bytes.u8(memory, at + 2L) == UNNUMBERED
        && isJudged(Bytes.u16(memory, at + 6L));
  }

  private static boolean isTag(int type) {
    return type == Protocol.ETHER_VLAN || type == Protocol.ETHER_QINQ || type == QINQ_OLD;
  }

  private static boolean isJudged(int type) {
    return type == Protocol.ETHER_IPV4
        || type == Protocol.ETHER_IPV6
        || type == Protocol.ETHER_ARP
        || isTag(type);
  }
}

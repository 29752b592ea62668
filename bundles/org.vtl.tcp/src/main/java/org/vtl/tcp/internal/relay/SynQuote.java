package org.vtl.tcp.internal.relay;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;

/** A SYN as it came, to be quoted when it turns out that nobody can be reached. One relay's. */
final class SynQuote {
  /** An IPv6 header, extensions of a usual size, and a TCP header with all its options. */
  private static final int MOST = 192;

  private static final int V6_NETWORK = 0;
  private static final int V6_PROHIBITED = 1;
  private static final int V6_ADDRESS = 3;
  private static final int NETWORK = 0;
  private static final int HOST = 1;
  private static final int PROHIBITED = 13;

  /** Whom an ICMP error says cannot be reached, or why not. */
  enum Missing {
    NETWORK,
    HOST,
    PROHIBITED
  }

  private final byte[] bytes = new byte[MOST];
  private final MemorySegment memory = MemorySegment.ofArray(bytes);
  private int length;

  void keep(Packet syn) {
    syn.seal(false);
    length = Math.min(MOST, syn.datagramEnd() - syn.networkOffset());
    MemorySegment.copy(syn.memory(), syn.start() + syn.networkOffset(), memory, 0, length);
  }

  /** Makes {@code packet} an ICMP error about the SYN, from the end that {@code as} shows. */
  void write(Packet packet, PacketBuilder builder, EndHeaders as, Missing missing) {
    builder.into(packet);
    as.write(builder, 0, 1);
    boolean version6 = as.isVersion6();
    int code =
        switch (missing) {
          case NETWORK -> version6 ? V6_NETWORK : NETWORK;
          case HOST -> version6 ? V6_ADDRESS : HOST;
          case PROHIBITED -> version6 ? V6_PROHIBITED : PROHIBITED;
        };
    builder.icmp(
        version6 ? IcmpHeader.V6_DESTINATION_UNREACHABLE : IcmpHeader.DESTINATION_UNREACHABLE,
        code,
        0);
    builder.payload(memory, 0, length).finish();
    as.writeTagTypes(packet);
  }
}

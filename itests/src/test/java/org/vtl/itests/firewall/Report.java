package org.vtl.itests.firewall;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;

/** What a comparison found, for people. */
final class Report {
  private static final int ETHERNET = 14;
  private static final String LINE = "%-32s %7s %8s %8s %8s %8s  %s%n";

  private Report() {}

  static String table(Rules rules, Comparison comparison, long nanos) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            "Verdicts of nftables and VTL, policy %s, %.1f s%n",
            rules.name().toLowerCase(Locale.ROOT), nanos / 1e9));
    text.append(
        String.format(LINE, "category", "traces", "packets", "passed", "agree", "allowed", ""));
    Comparison.Row sum = new Comparison.Row();
    comparison.rows.forEach(
        (category, row) -> {
          text.append(line(category, row));
          sum.traces += row.traces;
          sum.packets += row.packets;
          sum.passed += row.passed;
          sum.differing += row.differing;
          row.allowed.forEach((name, count) -> sum.allowed.merge(name, count, Integer::sum));
        });
    return text.append(line("all", sum)).toString();
  }

  private static String line(String category, Comparison.Row row) {
    int allowed = row.allowed.values().stream().mapToInt(Integer::intValue).sum();
    StringBuilder names = new StringBuilder();
    row.allowed.forEach(
        (name, count) -> names.append(name.title()).append(' ').append(count).append("  "));
    if (row.differing > allowed) {
      names.append("UNEXPLAINED ").append(row.differing - allowed);
    }
    return String.format(
        LINE,
        category,
        row.traces,
        row.packets,
        row.passed,
        row.packets - row.differing,
        allowed,
        names.toString().strip());
  }

  /** The first {@code most} of each category, with the packets before them. */
  static String faults(List<Comparison.Fault> faults, int most) {
    StringBuilder text = new StringBuilder();
    text.append(faults.size()).append(" verdicts differ and may not:\n");
    Map<String, Integer> shown = new HashMap<>();
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      for (Comparison.Fault fault : faults) {
        if (shown.merge(fault.trace().category(), 1, Integer::sum) <= most) {
          append(text, fault, packet);
        }
      }
    }
    return text.toString();
  }

  private static void append(StringBuilder text, Comparison.Fault fault, Packet packet) {
    text.append(fault.trace().name()).append('\n');
    for (int i = 0; i < fault.kernel().length; i++) {
      TracePacket each = fault.trace().packets().get(i);
      text.append(i == fault.index() ? " *" : "  ")
          .append(fault.kernel()[i] ? " nft passes" : " nft drops ")
          .append(fault.vtl()[i] ? " VTL passes " : " VTL drops  ")
          .append(each.direction() == Direction.OUTBOUND ? "> " : "< ")
          .append(text(each.datagram(), packet))
          .append('\n');
    }
  }

  private static String text(byte[] datagram, Packet packet) {
    MemorySegment memory = packet.memory();
    int type = Mark.isIpv6(datagram) ? Protocol.ETHER_IPV6 : Protocol.ETHER_IPV4;
    Bytes.setU16(memory, Packet.HEADROOM + 12L, type);
    MemorySegment.copy(
        datagram,
        0,
        memory,
        ValueLayout.JAVA_BYTE,
        Packet.HEADROOM + (long) ETHERNET,
        datagram.length);
    packet.frame(Packet.HEADROOM, ETHERNET + datagram.length);
    Parser.parse(packet);
    return PacketText.of(packet);
  }
}

package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;

/** Which worker saw which packet, by what the packet says of itself. */
final class Witness implements PacketService {
  final Map<String, TreeSet<Integer>> workers = new HashMap<>();
  final List<String> order = new ArrayList<>();

  @Override
  public Verdict process(Packet packet, Connection connection) {
    int worker = connection.link().worker();
    workers.computeIfAbsent(conversation(packet), key -> new TreeSet<>()).add(worker);
    if (connection.isTracked()) {
      workers.computeIfAbsent("#" + connection.id(), key -> new TreeSet<>()).add(worker);
    }
    if (packet.isUdp()) {
      order.add(packet.direction() + " " + packet.ipv4().identification());
    }
    return Verdict.CONTINUE;
  }

  /** The same for both directions; an ICMP error has its quoted packet's in its VLAN here. */
  private static String conversation(Packet packet) {
    return packet.isArp() ? "arp" : "vlan " + packet.vlanKey();
  }

  /** A datagram of conversation {@code pair}; its VLAN tells whose it is. */
  static Frames udp(int pair, boolean back) {
    String vm = "10.1." + pair % 7 + "." + (pair + 1) + ":4000";
    String network = "10.2." + pair % 5 + ".9:53";
    Frames frames = Frames.udp().vlan(pair + 1).id(pair);
    return back ? frames.from(network).to(vm) : frames.from(vm).to(network);
  }
}

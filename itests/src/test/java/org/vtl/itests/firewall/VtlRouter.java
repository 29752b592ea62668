package org.vtl.itests.firewall;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Protocol;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** VTL between two memory ports, with a firewall in the chain, stepped on a virtual clock. */
final class VtlRouter implements Firewall {
  private static final int ETHERNET = 14;
  private static final long VM_MAC = 0x0200_0000_0001L;
  private static final long PEER_MAC = 0x0200_0000_0002L;
  private static final long PACKET_NANOS = 10_000;
  private static final long REST_NANOS = 1_000_000_000;

  private final VirtualClock clock = new VirtualClock();
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final MemoryPort vm;
  private final MemoryPort network;
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();

  VtlRouter(PacketService firewall) {
    MemoryPortProvider ports = new MemoryPortProvider();
    vm = ports.port("vm");
    network = ports.port("net");
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addService(
        firewall, Map.of(PacketService.NAME, "firewall", PacketService.PRIORITY, Priority.FILTER));
    engine.addLink(
        "lab",
        Map.of(
            "vm.port",
            "memory:vm?offloads=none&mtu=65000",
            "network.port",
            "memory:net?offloads=none&mtu=65000",
            "required",
            new String[] {"firewall"},
            "packets",
            4096,
            "connections",
            65_536));
    turn();
  }

  @Override
  public void arrive(Direction direction, byte[] datagram) {
    MemorySegment memory = packet.memory();
    boolean outbound = direction == Direction.OUTBOUND;
    Bytes.setU48(memory, Packet.HEADROOM, outbound ? PEER_MAC : VM_MAC);
    Bytes.setU48(memory, Packet.HEADROOM + 6L, outbound ? VM_MAC : PEER_MAC);
    boolean ipv6 = (datagram[0] & 0xff) >>> 4 == 6;
    Bytes.setU16(memory, Packet.HEADROOM + 12L, ipv6 ? Protocol.ETHER_IPV6 : Protocol.ETHER_IPV4);
    MemorySegment.copy(
        datagram,
        0,
        memory,
        ValueLayout.JAVA_BYTE,
        Packet.HEADROOM + (long) ETHERNET,
        datagram.length);
    packet.frame(Packet.HEADROOM, ETHERNET + datagram.length);
    (outbound ? vm : network).deliver(packet);
    clock.advance(PACKET_NANOS);
    turn();
  }

  /** Fragments whose others never came are given up, which else keep places of the next. */
  @Override
  public void rest() {
    clock.advance(REST_NANOS);
    turn();
  }

  private void turn() {
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  @Override
  public byte[] left(Direction direction) {
    if (!(direction == Direction.OUTBOUND ? network : vm).sent(packet)) {
      return null;
    }
    return packet
        .memory()
        .asSlice(packet.start() + (long) ETHERNET, packet.length() - (long) ETHERNET)
        .toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void close() {
    engine.close();
    pool.close();
  }
}

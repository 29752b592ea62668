package org.vtl.itests.firewall;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.testkit.Frames;

/**
 * A trace in the making: the packets between a VM and a peer whose addresses no other trace of the
 * run has.
 */
class Conversation {
  static final String VM_NETWORK = "10.1.0.0/16";
  static final String PEER_NETWORK = "10.2.0.0/16";
  static final String VM_NETWORK_6 = "fd00:1::/64";
  static final String PEER_NETWORK_6 = "fd00:2::/64";

  /** The hosts that a network has, at most. */
  static final int MOST = 65_000;

  private static final PacketPool POOL = new PacketPool(1);
  private static final Packet FRAME = POOL.acquire();

  final Random random;
  final boolean ipv6;
  final int vmPort;
  int peerPort;
  private final int host;
  private final List<TracePacket> packets = new ArrayList<>();
  private int datagrams;

  /** The conversation {@code number} of a run, 0 to {@link #MOST}. */
  Conversation(int number, Random random, int peerPort) {
    this(number, random, peerPort, random.nextInt(3) == 0);
  }

  Conversation(int number, Random random, int peerPort, boolean ipv6) {
    this.random = random;
    this.ipv6 = ipv6;
    this.host = number + 1;
    this.vmPort = random.nextInt(3) == 0 ? 53 : 1024 + random.nextInt(60_000);
    this.peerPort = peerPort;
  }

  /** The address of the end that sends in {@code direction}. */
  String address(Direction direction) {
    boolean vm = direction == Direction.OUTBOUND;
    return ipv6
        ? "fd00:" + (vm ? 1 : 2) + "::" + Integer.toHexString(host)
        : "10." + (vm ? 1 : 2) + "." + (host >>> 8) + "." + (host & 0xff);
  }

  /** An address besides the two, beyond {@code direction}'s sender. */
  String stranger(Direction direction) {
    boolean vm = direction == Direction.OUTBOUND;
    return ipv6 ? "fd00:" + (vm ? 1 : 2) + "::ffff" : "10." + (vm ? 1 : 2) + ".255.250";
  }

  /** Address and port, as {@link Frames} reads them. */
  String endpoint(Direction direction) {
    int port = direction == Direction.OUTBOUND ? vmPort : peerPort;
    return ipv6 ? "[" + address(direction) + "]:" + port : address(direction) + ":" + port;
  }

  /** Gives {@code frames} the addresses and ports of {@code direction}. */
  Frames between(Direction direction, Frames frames) {
    return frames.from(endpoint(direction)).to(endpoint(direction.reverse()));
  }

  /** Adds a datagram of its own; returns its bytes. */
  byte[] add(Direction direction, Frames frames) {
    return add(direction, bytes(frames), datagrams++);
  }

  /** Adds a fragment of the datagram {@code number}. */
  byte[] add(Direction direction, byte[] datagram, int number) {
    packets.add(new TracePacket(direction, datagram, number));
    return datagram;
  }

  /** A number for a datagram that comes in fragments. */
  int nextDatagram() {
    return datagrams++;
  }

  static byte[] bytes(Frames frames) {
    Packet built = frames.build(FRAME);
    long start = built.start() + 14L;
    return built.memory().asSlice(start, built.length() - 14L).toArray(ValueLayout.JAVA_BYTE);
  }

  int size() {
    return packets.size();
  }

  Trace trace(String category, String name) {
    return new Trace(category, name, List.copyOf(packets));
  }

  /** One of {@code choices}. */
  int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}

package org.vtl.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Parser;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.port.FlowOffload;

/**
 * What a kernel does that carries connections from one {@link MemoryPort} to another: a frame
 * delivered to the one is then among those that left by the other, and the engine never sees it.
 * One thread, but for {@link #generation} and {@link #invalidate}.
 */
public final class MemoryOffload implements FlowOffload {
  private record Key(
      Direction direction,
      int protocol,
      int vlan,
      long sourceHigh,
      long sourceLow,
      int sourcePort,
      long targetHigh,
      long targetLow,
      int targetPort) {}

  /** One direction of a flow. */
  private static final class Half {
    long packets;
    long bytes;
    int sequenceEnd;
    int acknowledgment;
    int window;
    int windowEdge;
    int scale;
  }

  private static final class Flow {
    final Half[] halves = {new Half(), new Half()};
    int generation;
  }

  private final MemoryPort vm;
  private final MemoryPort network;
  private final Flow[] flows;
  private final Map<Key, Integer> keys = new HashMap<>();
  private final AtomicInteger generation = new AtomicInteger(1);
  private boolean closed;

  MemoryOffload(MemoryPort vm, MemoryPort network, int connections) {
    this.vm = vm;
    this.network = network;
    flows = new Flow[connections];
    vm.carryBy(this);
    network.carryBy(this);
  }

  /** Whether it has been closed. */
  public boolean isClosed() {
    return closed;
  }

  /** Connections known now. */
  public int known() {
    return keys.size() / 2;
  }

  /** Carries a frame that has come to {@code from}, or leaves it to the engine. */
  boolean carries(MemoryPort from, Packet packet) {
    Direction direction = from == vm ? Direction.OUTBOUND : Direction.INBOUND;
    if (!Parser.parse(packet)
        || packet.isFragment()
        || !(packet.isTcp() || packet.isUdp())
        || packet.isTcp()
            && (packet.tcp().flags() & (TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST)) != 0) {
      return false;
    }
    Integer number = keys.get(key(packet, direction));
    if (number == null || flows[number].generation != generation.get()) {
      return false;
    }
    Half half = flows[number].halves[direction.ordinal()];
    half.packets++;
    half.bytes += packet.datagramEnd() - packet.networkOffset();
    if (packet.isTcp()) {
      TcpHeader tcp = packet.tcp();
      half.sequenceEnd = Seq.max(half.sequenceEnd, tcp.endSequence());
      half.acknowledgment = Seq.max(half.acknowledgment, tcp.acknowledgmentNumber());
      half.window = tcp.window();
      half.windowEdge =
          Seq.max(half.windowEdge, tcp.acknowledgmentNumber() + (tcp.window() << half.scale));
    }
    (from == vm ? network : vm).leave(packet);
    return true;
  }

  private static Key key(Packet packet, Direction direction) {
    return new Key(
        direction,
        packet.protocol(),
        packet.vlanKey(),
        packet.sourceHigh(),
        packet.sourceLow(),
        packet.isTcp() ? packet.tcp().sourcePort() : packet.udp().sourcePort(),
        packet.destinationHigh(),
        packet.destinationLow(),
        packet.isTcp() ? packet.tcp().destinationPort() : packet.udp().destinationPort());
  }

  private static Key key(Connection connection, Direction direction) {
    Endpoint from = connection.sender(direction);
    Endpoint to = connection.receiver(direction);
    return new Key(
        direction,
        connection.protocol(),
        connection.vlan(),
        from.addressHigh(),
        from.addressLow(),
        from.port(),
        to.addressHigh(),
        to.addressLow(),
        to.port());
  }

  // ---- FlowOffload -----------------------------------------------------------------------------

  @Override
  public int capacity() {
    return flows.length;
  }

  @Override
  public int open(Connection connection) {
    for (int flow = 0; flow < flows.length; flow++) {
      if (flows[flow] == null) {
        flows[flow] = new Flow();
        keys.put(key(connection, Direction.OUTBOUND), flow);
        keys.put(key(connection, Direction.INBOUND), flow);
        return flow;
      }
    }
    return NONE;
  }

  @Override
  public void close(int flow, Connection connection) {
    keys.remove(key(connection, Direction.OUTBOUND));
    keys.remove(key(connection, Direction.INBOUND));
    flows[flow] = null;
  }

  @Override
  public int generation() {
    return generation.get();
  }

  @Override
  public void invalidate() {
    generation.incrementAndGet();
  }

  @Override
  public void carry(int flow, Connection connection, int generation) {
    for (Direction direction : Direction.values()) {
      Half half = flows[flow].halves[direction.ordinal()];
      Endpoint sender = connection.sender(direction);
      half.sequenceEnd = sender.next();
      half.acknowledgment = connection.receiver(direction).unacknowledged();
      half.window = sender.window();
      half.windowEdge = half.acknowledgment + (int) sender.windowBytes();
      half.scale = sender.windowScale();
    }
    flows[flow].generation = generation;
  }

  @Override
  public void halt(int flow) {
    flows[flow].generation = 0;
  }

  @Override
  public long packets(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].packets;
  }

  @Override
  public long bytes(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].bytes;
  }

  /** None: frames are carried at the moment when the test delivers them. */
  @Override
  public long idleNanos(int flow) {
    return 0;
  }

  @Override
  public int sequenceEnd(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].sequenceEnd;
  }

  @Override
  public int acknowledgment(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].acknowledgment;
  }

  @Override
  public int window(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].window;
  }

  @Override
  public int windowEdge(int flow, Direction direction) {
    return flows[flow].halves[direction.ordinal()].windowEdge;
  }

  @Override
  public void close() {
    closed = true;
    vm.carryBy(null);
    network.carryBy(null);
  }
}

package org.vtl.bench.micro;

import org.vtl.core.internal.connection.ConnectionTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.testkit.Frames;

/**
 * A connection table filled with UDP conversations that have been answered, and one packet that
 * becomes any of them.
 */
final class Flows implements ConnectionTable.Listener, AutoCloseable {
  private static final int PORTS = 50_000;
  private static final int FIRST_PORT = 10_000;
  private static final int FIRST_ADDRESS = 0x0a010000;

  private final PacketPool pool = new PacketPool(2);
  private final Packet outbound = pool.acquire();
  private final Packet inbound = pool.acquire();
  private final ConnectionTable table;
  private long state = 0x9e3779b97f4a7c15L;
  private int closed;

  /** A table with room for {@code capacity} conversations, and none in it. */
  Flows(int capacity) {
    table = new ConnectionTable(new NoLane(), capacity, 0x5eed5eed5eedL, 1, 1, this);
    Frames.udp().from("10.1.0.0:10000").to("10.0.0.2:7007").payload("r").build(outbound);
    Frames.udp().from("10.0.0.2:7007").to("10.1.0.0:10000").payload("r").build(inbound);
    outbound.setDirection(Direction.OUTBOUND);
    inbound.setDirection(Direction.INBOUND);
  }

  @Override
  public void catchUp(TrackedConnection connection) {
    // nothing but the table carries its packets
  }

  ConnectionTable table() {
    return table;
  }

  /** Opens and answers conversations 0 to {@code count} - 1 at {@code now}. */
  void open(int count, long now) {
    for (int i = 0; i < count; i++) {
      table.track(outbound(i), Direction.OUTBOUND, now);
      table.track(inbound(i), Direction.INBOUND, now);
    }
    if (table.size() != count) {
      throw new IllegalStateException("the table has " + table.size() + " instead of " + count);
    }
  }

  /** The VM's packet of conversation {@code flow}; the same object each time. */
  Packet outbound(int flow) {
    outbound.ipv4().setSource(address(flow));
    outbound.udp().setSourcePort(port(flow));
    outbound.seal(false);
    Parser.parse(outbound);
    return outbound;
  }

  private Packet inbound(int flow) {
    inbound.ipv4().setDestination(address(flow));
    inbound.udp().setDestinationPort(port(flow));
    inbound.seal(false);
    Parser.parse(inbound);
    return inbound;
  }

  private static int address(int flow) {
    return FIRST_ADDRESS + flow / PORTS;
  }

  private static int port(int flow) {
    return FIRST_PORT + flow % PORTS;
  }

  /** A conversation below {@code count}, in an order that no cache foresees; the same each run. */
  int next(int count) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) ((state >>> 33) * count >>> 31);
  }

  /** How many conversations have ended. */
  int closedCount() {
    return closed;
  }

  @Override
  public void opened(TrackedConnection connection) {}

  @Override
  public void closing(TrackedConnection connection) {
    closed++;
  }

  @Override
  public void close() {
    pool.close();
  }
}

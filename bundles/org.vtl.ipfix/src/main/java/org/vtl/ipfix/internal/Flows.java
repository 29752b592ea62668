package org.vtl.ipfix.internal;

import static org.vtl.ipfix.internal.FlowRow.*;

import org.vtl.connection.Connection;
import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/**
 * The flows of one worker of a link, and the ring into which it tells of them. The worker's, but
 * for the ring.
 */
final class Flows {
  private static final long NANOS_PER_MILLI = 1_000_000;

  /** Flows told of in one go while they go on: a worker has packets to carry. */
  private static final int MOST = 256;

  private final String link;
  private final FlowRing ring;
  private final long wallOffsetNanos;
  private final Flow first = new Flow();

  /** A connection that ended without a packet sent: a drop that follows at once tells why. */
  private final long[] pending = new long[LENGTH];

  private boolean isPending;

  /**
   * The flows of a worker of {@code link}.
   *
   * @param wallOffsetNanos what the wall clock is ahead of the workers'
   */
  Flows(String link, int capacity, long wallOffsetNanos) {
    this.link = link;
    this.wallOffsetNanos = wallOffsetNanos;
    ring = new FlowRing(capacity);
    first.next = first;
    first.previous = first;
  }

  String link() {
    return link;
  }

  FlowRing ring() {
    return ring;
  }

  void add(Flow flow) {
    flow.list = this;
    flow.previous = first.previous;
    flow.next = first;
    first.previous.next = flow;
    first.previous = flow;
  }

  void remove(Flow flow) {
    flow.previous.next = flow.next;
    flow.next.previous = flow.previous;
    flow.previous = null;
    flow.next = null;
    flow.list = null;
  }

  /** A connection has ended. */
  void ended(Flow flow) {
    settle();
    boolean over = isOver(flow.connection);
    if (!flow.passed && flow.dropped == 0) {
      write(flow, pending, 0, over ? ENDED : IDLE, flow.connection.lastNanos());
      isPending = true;
      return;
    }
    publish(flow, over ? ENDED : IDLE, flow.connection.lastNanos());
  }

  private static boolean isOver(Connection connection) {
    return connection.protocol() == Protocol.TCP
        && (connection.vm().finished() && connection.network().finished()
            || connection.vm().state() == TcpState.CLOSED);
  }

  private void publish(Flow flow, int reason, long endNanos) {
    int at = ring.claim();
    if (at >= 0) {
      write(flow, ring.rows(), at, reason, endNanos);
      ring.publish();
    }
  }

  /** Nothing follows any more that could say more of a connection that ended. */
  void settle() {
    if (isPending) {
      isPending = false;
      int at = ring.claim();
      if (at >= 0) {
        System.arraycopy(pending, 0, ring.rows(), at, LENGTH);
        ring.publish();
      }
    }
  }

  /** A packet of a connection that has just ended, or of none, was dropped. */
  void dropped(Packet packet, int reason) {
    if (!packet.isIp()) {
      return;
    }
    boolean out = packet.direction() == Direction.OUTBOUND;
    int sourcePort = sourcePort(packet);
    int destinationPort = destinationPort(packet);
    long vmHigh = out ? packet.sourceHigh() : packet.destinationHigh();
    long vmLow = out ? packet.sourceLow() : packet.destinationLow();
    long networkHigh = out ? packet.destinationHigh() : packet.sourceHigh();
    long networkLow = out ? packet.destinationLow() : packet.sourceLow();
    int vmPort = out ? sourcePort : destinationPort;
    int networkPort = out ? destinationPort : sourcePort;
    if (isPending
        && pending[PROTOCOL] == packet.protocol()
        && pending[VM_HIGH] == vmHigh
        && pending[VM_LOW] == vmLow
        && pending[NETWORK_HIGH] == networkHigh
        && pending[NETWORK_LOW] == networkLow
        && pending[VM_PORT] == vmPort
        && pending[NETWORK_PORT] == networkPort) {
      pending[DROPPED]++;
      pending[REASON] = reason;
      settle();
      return;
    }
    settle();
    int at = ring.claim();
    if (at < 0) {
      return;
    }
    long[] row = ring.rows();
    long millis = millis(packet.arrivalNanos());
    row[at + START_MILLIS] = millis;
    row[at + END_MILLIS] = millis;
    ends(row, at + VM_HIGH, vmHigh, vmLow, networkHigh, networkLow);
    ends(row, at + OUTER_VM_HIGH, vmHigh, vmLow, networkHigh, networkLow);
    row[at + VM_PORT] = vmPort;
    row[at + NETWORK_PORT] = networkPort;
    row[at + OUTER_VM_PORT] = vmPort;
    row[at + OUTER_NETWORK_PORT] = networkPort;
    long octets = packet.datagramEnd() - packet.networkOffset();
    row[at + OUT_PACKETS] = out ? 1 : 0;
    row[at + OUT_OCTETS] = out ? octets : 0;
    row[at + IN_PACKETS] = out ? 0 : 1;
    row[at + IN_OCTETS] = out ? 0 : octets;
    row[at + DROPPED] = 1;
    row[at + REASON] = reason;
    row[at + ID] = 0;
    row[at + PROTOCOL] = packet.protocol();
    row[at + VLAN] = packet.vlanKey();
    row[at + FLAGS] = ENDED | (packet.isIpv6() ? IPV6 : 0) | (out ? 0 : INBOUND);
    ring.publish();
  }

  /** The port that a packet comes from; 0 where it has none. */
  static int sourcePort(Packet packet) {
    return packet.isTcp()
        ? packet.tcp().sourcePort()
        : packet.isUdp() ? packet.udp().sourcePort() : 0;
  }

  /** The port that a packet goes to; 0 where it has none. */
  static int destinationPort(Packet packet) {
    return packet.isTcp()
        ? packet.tcp().destinationPort()
        : packet.isUdp() ? packet.udp().destinationPort() : 0;
  }

  /**
   * Tells of flows that were last told of before {@code nanos}, as of now; those with nothing new
   * wait again.
   */
  void tell(long nanos, long now) {
    settle();
    for (int i = 0; i < MOST && first.next != first && first.next.toldNanos - nanos < 0; i++) {
      Flow flow = first.next;
      if (news(flow) && ring.claim() >= 0) {
        publish(flow, ACTIVE, flow.connection.lastNanos());
        flow.toldOutPackets = flow.connection.vm().packets();
        flow.toldOutOctets = flow.connection.vm().bytes();
        flow.toldInPackets = flow.connection.network().packets();
        flow.toldInOctets = flow.connection.network().bytes();
        flow.dropped = 0;
      }
      flow.toldNanos = now;
      remove(flow);
      add(flow);
    }
  }

  private static boolean news(Flow flow) {
    Connection connection = flow.connection;
    return connection.vm().packets() != flow.toldOutPackets
        || connection.network().packets() != flow.toldInPackets
        || flow.dropped != 0;
  }

  private void write(Flow flow, long[] row, int at, int endReason, long endNanos) {
    Connection connection = flow.connection;
    boolean ports = connection.protocol() == Protocol.TCP || connection.protocol() == Protocol.UDP;
    long vmHigh = connection.vm().addressHigh();
    long vmLow = connection.vm().addressLow();
    long networkHigh = connection.network().addressHigh();
    long networkLow = connection.network().addressLow();
    int vmPort = ports ? connection.vm().port() : 0;
    int networkPort = ports ? connection.network().port() : 0;
    row[at + START_MILLIS] = millis(flow.toldNanos);
    row[at + END_MILLIS] = Math.max(row[at + START_MILLIS], millis(endNanos));
    ends(row, at + VM_HIGH, vmHigh, vmLow, networkHigh, networkLow);
    row[at + VM_PORT] = vmPort;
    row[at + NETWORK_PORT] = networkPort;
    if (flow.passed) {
      ends(row, at + OUTER_VM_HIGH, flow.vmHigh, flow.vmLow, flow.networkHigh, flow.networkLow);
      row[at + OUTER_VM_PORT] = flow.vmPort;
      row[at + OUTER_NETWORK_PORT] = flow.networkPort;
    } else {
      ends(row, at + OUTER_VM_HIGH, vmHigh, vmLow, networkHigh, networkLow);
      row[at + OUTER_VM_PORT] = vmPort;
      row[at + OUTER_NETWORK_PORT] = networkPort;
    }
    row[at + OUT_PACKETS] = connection.vm().packets() - flow.toldOutPackets;
    row[at + OUT_OCTETS] = connection.vm().bytes() - flow.toldOutOctets;
    row[at + IN_PACKETS] = connection.network().packets() - flow.toldInPackets;
    row[at + IN_OCTETS] = connection.network().bytes() - flow.toldInOctets;
    row[at + DROPPED] = flow.dropped;
    row[at + REASON] = flow.reason;
    row[at + ID] = connection.id();
    row[at + PROTOCOL] = connection.protocol();
    row[at + VLAN] = connection.vlan();
    row[at + FLAGS] =
        endReason
            | (connection.isIpv6() ? IPV6 : 0)
            | (connection.opener() == Direction.INBOUND ? INBOUND : 0)
            | (flow.passed ? PASSED : 0);
  }

  private static void ends(
      long[] row, int at, long vmHigh, long vmLow, long networkHigh, long networkLow) {
    row[at] = vmHigh;
    row[at + 1] = vmLow;
    row[at + 2] = networkHigh;
    row[at + 3] = networkLow;
  }

  private long millis(long nanos) {
    return (nanos + wallOffsetNanos) / NANOS_PER_MILLI;
  }
}

package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;
import org.vtl.service.firewall.internal.ruleset.State;

/**
 * What a packet is to its connection, in the words of Linux's connection tracking: administrators
 * know what {@code ct state} means there.
 */
final class ConnectionState {
  private static final int ICMP_TIMESTAMP = 13;
  private static final int ICMP_INFORMATION = 15;
  private static final int ICMP_ADDRESS_MASK = 17;
  private static final int V6_LISTENER_QUERY = 130;
  private static final int V6_NEIGHBOR_ADVERTISEMENT = 136;
  private static final int V6_NODE_INFORMATION_QUERY = 139;
  private static final int V6_LISTENER_REPORT_2 = 143;

  private ConnectionState() {}

  /** The state of {@code packet}, which the engine gave to {@code connection}. */
  static State of(Packet packet, Connection connection) {
    if (connection.isInvalid(packet) || packet.malformation() != null) {
      return State.INVALID;
    }
    if (!connection.isTracked()) {
      return untracked(packet);
    }
    if ((packet.isIcmp() || packet.isIcmpv6()) && packet.icmp().isError()) {
      return State.RELATED;
    }
    boolean opens = packet.direction() == connection.opener();
    if (!opens || connection.receiver(packet.direction()).packets() > 0) {
      return State.ESTABLISHED;
    }
    return packet.isTcp() && !mayBeNew(packet.tcp(), isFirst(connection, packet))
        ? State.INVALID
        : State.NEW;
  }

  /** Whether {@code packet} has just opened {@code connection}. */
  static boolean isFirst(Connection connection, Packet packet) {
    return connection.sender(packet.direction()).packets() <= 1
        && connection.receiver(packet.direction()).packets() == 0
        && packet.direction() == connection.opener();
  }

  /**
   * Linux takes up a connection midway by an ACK, but not by a FIN; and who began it never sends
   * the answer to a SYN.
   */
  private static boolean mayBeNew(TcpHeader tcp, boolean first) {
    return tcp.isSyn() ? !tcp.isAck() : !(first && tcp.isFin());
  }

  private static State untracked(Packet packet) {
    if (packet.isIcmp()) {
      return switch (packet.icmp().type()) {
        case ICMP_TIMESTAMP, ICMP_INFORMATION, ICMP_ADDRESS_MASK -> State.NEW;
        default -> State.INVALID;
      };
    }
    if (packet.isIcmpv6()) {
      int type = packet.icmp().type();
      if (type == V6_NODE_INFORMATION_QUERY) {
        return State.NEW;
      }
      boolean exempt =
          type >= V6_LISTENER_QUERY && type <= V6_NEIGHBOR_ADVERTISEMENT
              || type == V6_LISTENER_REPORT_2;
      return exempt ? State.UNTRACKED : State.INVALID;
    }
    return packet.protocol() == Protocol.TCP ? State.INVALID : State.UNTRACKED;
  }
}

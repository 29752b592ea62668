package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.TIMESTAMPS;

import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Protocol;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Traffic;

/**
 * Builds packets that fit a connection as it stands, and sequence numbers as they are at a
 * service's place, between the translations nearer to the VM and those further out. Used by one
 * thread.
 */
public final class Fitting {
  private final PacketBuilder builder = new PacketBuilder();

  /**
   * Makes {@code packet} one that {@code connection}'s sender of {@code direction} could send next,
   * to enter the pipeline behind the service of {@code priority} and {@code name}.
   *
   * @return false for an untracked connection, or a protocol that is neither TCP, UDP nor an echo
   */
  public boolean build(
      Packet packet, TrackedConnection connection, Direction direction, int priority, String name) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    if (!connection.isTracked() || connection.traffic() == Traffic.OTHER_IP) {
      return false;
    }
    builder.into(packet).ethernet(receiver.mac(), sender.mac());
    if (connection.vlan > 0x1fff) {
      builder.vlan(connection.vlan >>> 13 & 0xfff);
    }
    if (connection.vlan != 0) {
      builder.vlan(connection.vlan & 0xfff);
    }
    int hops = sender.timeToLive == 0 ? 64 : sender.timeToLive();
    if (connection.isIpv6()) {
      builder.ipv6(
          sender.addressHigh(),
          sender.addressLow(),
          receiver.addressHigh(),
          receiver.addressLow(),
          hops);
    } else {
      builder.ipv4(
          (int) sender.addressLow(),
          (int) receiver.addressLow(),
          hops,
          sender.ipIdentification + 1 & 0xffff,
          true);
    }
    switch (connection.protocol()) {
      case Protocol.TCP -> tcp(connection, direction, priority, name);
      case Protocol.UDP -> builder.udp(sender.port(), receiver.port());
      default -> {
        boolean request = direction == connection.opener();
        int type =
            connection.isIpv6()
                ? request ? IcmpHeader.V6_ECHO_REQUEST : IcmpHeader.V6_ECHO_REPLY
                : request ? IcmpHeader.ECHO_REQUEST : IcmpHeader.ECHO_REPLY;
        builder.icmp(type, 0, sender.port() << 16);
      }
    }
    builder.finish();
    return true;
  }

  private void tcp(TrackedConnection connection, Direction direction, int priority, String name) {
    EndpointState sender = connection.end(direction);
    EndpointState receiver = connection.end(direction.reverse());
    builder.tcp(
        sender.port(),
        receiver.port(),
        sequence(connection, direction, priority, name),
        acknowledgment(connection, direction, priority, name),
        TcpHeader.ACK,
        sender.window);
    if (sender.is(TIMESTAMPS)) {
      // Without it the peer may drop the segment (RFC 7323 section 3.2).
      builder.noOperation().noOperation(); // as every stack lays it out (RFC 7323 appendix A)
      builder.timestamps(sender.timestampValue, receiver.timestampValue);
    }
  }

  /** The next sequence number of the sender of {@code direction}, behind the service's place. */
  static int sequence(
      TrackedConnection connection, Direction direction, int priority, String name) {
    EndpointState sender = connection.end(direction);
    SequenceTranslation all = connection.translations();
    if (direction == Direction.OUTBOUND) {
      int observed = outward(all, sender.next, priority, name, true);
      int delivered = backOutward(all, sender.delivered, priority, name);
      return Seq.max(observed, delivered);
    }
    int observed = inward(all, sender.next, priority, name, true);
    int delivered = backInward(all, sender.delivered, priority, name);
    return Seq.max(observed, delivered);
  }

  private static int acknowledgment(
      TrackedConnection connection, Direction direction, int priority, String name) {
    EndpointState other = connection.end(direction.reverse());
    SequenceTranslation all = connection.translations();
    return direction == Direction.OUTBOUND
        ? inward(all, other.next, priority, name, false)
        : outward(all, other.next, priority, name, false);
  }

  /**
   * From the VM's edge outward to the place; its own translation with {@code own}, and then bytes
   * that are to be put in at {@code sequence} come after it.
   */
  private static int outward(
      SequenceTranslation first, int sequence, int priority, String name, boolean own) {
    int value = sequence;
    for (SequenceTranslation at = first; at != null; at = at.outward) {
      int order = at.compareTo(priority, name);
      if (order < 0 || own && order == 0) {
        value =
            own
                ? at.translateEnd(Direction.OUTBOUND, value)
                : at.translate(Direction.OUTBOUND, value);
      }
    }
    return value;
  }

  /** From the network's edge inward to the place. */
  private static int inward(
      SequenceTranslation at, int sequence, int priority, String name, boolean own) {
    if (at == null) {
      return sequence;
    }
    int value = inward(at.outward, sequence, priority, name, own);
    int order = at.compareTo(priority, name);
    if (order > 0 || own && order == 0) {
      return own
          ? at.translateEnd(Direction.INBOUND, value)
          : at.translate(Direction.INBOUND, value);
    }
    return value;
  }

  /** What was delivered at the network's edge, as it was at the place. */
  private static int backOutward(SequenceTranslation at, int sequence, int priority, String name) {
    if (at == null) {
      return sequence;
    }
    int value = backOutward(at.outward, sequence, priority, name);
    return at.compareTo(priority, name) > 0 ? at.translateBack(Direction.OUTBOUND, value) : value;
  }

  /** What was delivered at the VM's edge, as it was at the place. */
  private static int backInward(
      SequenceTranslation first, int sequence, int priority, String name) {
    int value = sequence;
    for (SequenceTranslation at = first; at != null; at = at.outward) {
      if (at.compareTo(priority, name) < 0) {
        value = at.translateBack(Direction.INBOUND, value);
      }
    }
    return value;
  }
}

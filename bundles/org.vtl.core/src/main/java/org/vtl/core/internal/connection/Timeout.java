package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.TrackedConnection.ESTABLISHED;
import static org.vtl.core.internal.connection.TrackedConnection.OPENED_INBOUND;

/**
 * How long a connection may be silent before it is forgotten. The order is the order of eviction
 * when the table is full: half-open connections go first, established ones last.
 *
 * <p>Values follow Linux's nf_conntrack, so that VTL forgets nothing that the hosts' own firewalls
 * still know.
 */
public enum Timeout {
  /** A TCP handshake that the network began and that is not complete. */
  TCP_UNASKED(60),
  /** TCP of the network, picked up midway, that the VM has not answered. */
  MIDSTREAM_UNASKED(300),
  /** UDP of the network that the VM has not answered, and any echo asked by the network. */
  UNASKED(30),
  /** A TCP handshake that the VM began and that is not complete. */
  TCP_OPENING(60),
  /** A RST seen. */
  TCP_CLOSED(10),
  /** Waiting out old duplicates (RFC 9293 section 3.4.2). */
  TCP_TIME_WAIT(120),
  /** An ICMP or ICMPv6 echo asked by the VM. */
  ICMP(30),
  /** UDP of the VM without an answer. */
  UDP_SINGLE(30),
  /** Another protocol. */
  OTHER(600),
  /** UDP with an answer. */
  UDP_STREAM(120),
  /** A FIN seen from one end (RFC 9293 half-close), or both but not yet acknowledged. */
  TCP_CLOSING(120),
  /** Opened by hand, or picked up midway from the VM and not answered yet. */
  UNCONFIRMED(300),
  /** Established TCP. */
  TCP_ESTABLISHED(432_000);

  /**
   * What anyone can open from the network in another's name, as fast as the wire is: each of these
   * gets a part of the table only, and the VM's own connections are none of them.
   */
  static final Timeout[] BOUNDED = {TCP_UNASKED, MIDSTREAM_UNASKED, UNASKED};

  private final long nanos;

  Timeout(int seconds) {
    this.nanos = seconds * 1_000_000_000L;
  }

  public long nanos() {
    return nanos;
  }

  /** What holds for {@code connection} as it stands. */
  static Timeout of(TrackedConnection connection) {
    boolean asked = !connection.is(OPENED_INBOUND);
    return switch (connection.traffic()) {
      case TCP -> {
        Timeout timeout = TcpTracker.timeout(connection);
        yield switch (timeout) {
          case TCP_OPENING -> asked ? timeout : TCP_UNASKED;
          case UNCONFIRMED -> asked ? timeout : MIDSTREAM_UNASKED;
          default -> timeout;
        };
      }
      case UDP -> connection.is(ESTABLISHED) ? UDP_STREAM : asked ? UDP_SINGLE : UNASKED;
      case ICMP -> asked ? ICMP : UNASKED;
      default -> OTHER;
    };
  }
}

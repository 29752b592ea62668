package org.vtl.core.internal.connection;

/**
 * How long a connection may be silent before it is forgotten. The order is the order of eviction
 * when the table is full: half-open connections go first, established ones last.
 *
 * <p>Values follow Linux's nf_conntrack, so that VTL forgets nothing that the hosts' own firewalls
 * still know.
 */
public enum Timeout {
  /** A TCP handshake that is not complete. */
  TCP_OPENING(60),
  /** A RST seen. */
  TCP_CLOSED(10),
  /** Waiting out old duplicates (RFC 9293 section 3.4.2). */
  TCP_TIME_WAIT(120),
  /** An ICMP or ICMPv6 echo. */
  ICMP(30),
  /** UDP without an answer. */
  UDP_SINGLE(30),
  /** Another protocol. */
  OTHER(600),
  /** UDP with an answer. */
  UDP_STREAM(120),
  /** A FIN seen from one end (RFC 9293 half-close), or both but not yet acknowledged. */
  TCP_CLOSING(120),
  /** Opened by hand, or picked up midway and not answered yet. */
  UNCONFIRMED(300),
  /** Established TCP. */
  TCP_ESTABLISHED(432_000);

  private final long nanos;

  Timeout(int seconds) {
    this.nanos = seconds * 1_000_000_000L;
  }

  public long nanos() {
    return nanos;
  }
}

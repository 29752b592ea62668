package org.vtl.tcp.internal.endpoint;

/** Why an endpoint is CLOSED. */
public enum Closing {
  /** Both ends finished, all was acknowledged, and TIME-WAIT is over where this end had to wait. */
  FINISHED,
  /**
   * A new connection between the same ports ended TIME-WAIT early (RFC 6191): its SYN was not
   * consumed.
   */
  REOPENED,
  /** The other end refused the connection: RST in SYN-SENT, or in SYN-RECEIVED. */
  REFUSED,
  /** The other end's RST, or its SYN in a state that RFC 9293 lets it end. */
  RESET,
  /** The other end stayed silent for too long: R2 (RFC 9293 section 3.8.3), or keep-alive. */
  TIMED_OUT,
  /** An ICMP error during the handshake, or soft errors before it timed out. */
  UNREACHABLE,
  /** This end's owner aborted or refused it. */
  ABORTED
}

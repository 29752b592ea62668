package org.vtl.tcp.internal.endpoint;

import org.vtl.tcp.internal.congestion.CongestionControl;
import org.vtl.tcp.internal.send.SendSettings;

/**
 * What an endpoint offers in its SYN, and how patient it is. Read when used: what a SYN-ACK offers
 * may be set between {@link TcpEndpoint#hear} and {@link TcpEndpoint#answer}. Its owner's, on the
 * endpoint's worker; one object serves one endpoint at a time.
 */
public final class EndpointSettings {
  private static final long SECOND = 1_000_000_000L;

  /** What the MSS option of the SYN says, in bytes; 0 sends no such option. */
  public int maximumSegmentSize = 1460;

  /**
   * Most bytes behind the TCP header without options in a segment this end sends (the path's MTU
   * less the IP header and 20), whatever the other end's MSS option allows.
   */
  public int largestSegment = 1460;

  /** What a SYN without MSS option means: 536, over IPv6 1220 (RFC 9293 section 3.7.1). */
  public int absentSegmentSize = 536;

  /** Shift of the windows this end announces, 0 to 14; -1 offers none. */
  public int windowScale = 8;

  public boolean sack = true;
  public boolean timestamps = true;
  public boolean ecn = true;

  /** Added to the millisecond clock that makes TSval, so that it tells nothing (RFC 7323 5.4). */
  public int timestampOffset;

  /** Decides how fast data is sent; the endpoint has it begin anew. */
  public CongestionControl control;

  /** How data is sent; its timestamps are in milliseconds. */
  public SendSettings send = SendSettings.DEFAULT;

  /** First retransmission of a SYN or SYN-ACK (RFC 6298 section 2.1); doubled each time. */
  public long initialTimeoutNanos = SECOND;

  /** Most time between two retransmissions of a SYN or SYN-ACK. */
  public long mostTimeoutNanos = 60 * SECOND;

  /** R2 of the handshake: at least 3 minutes (RFC 9293 section 3.8.3). */
  public long handshakePatienceNanos = 180 * SECOND;

  /** 2 MSL: how long TIME-WAIT lasts. */
  public long timeWaitNanos = 60 * SECOND;

  /** Most time an acknowledgment is delayed: below 500 ms (RFC 9293 section 3.8.6.3). */
  public long delayedAckNanos = 40_000_000L;

  /** Silence before the first keep-alive probe (RFC 9293 section 3.8.4); 0 sends none. */
  public long keepAliveNanos;

  /** Silence in FIN-WAIT-2 before the first keep-alive probe in any case; 0 sends none. */
  public long halfClosedNanos;

  /** Time between two of these probes; {@link #keepAliveProbes} end the connection, too. */
  public long halfClosedIntervalNanos = 75 * SECOND;

  /** Time between two keep-alive probes that nothing answers. */
  public long keepAliveIntervalNanos = 75 * SECOND;

  /** Unanswered keep-alive probes that end the connection. */
  public int keepAliveProbes = 9;

  /**
   * Whether data is acknowledged only once the incoming stream's reader has released it, so that an
   * acknowledgment says that it has come where it was to go.
   */
  public boolean acknowledgesLate;

  /**
   * Whether the window is no more than {@link TcpEndpoint#hasRoom} says, so that nothing comes that
   * the incoming stream's reader cannot pass on.
   */
  public boolean bindsWindow;

  /** Whether a FIN is acknowledged only after {@link TcpEndpoint#finPassedOn}. */
  public boolean acknowledgesFinLate;

  /** Whether an unreachable host or network ends a handshake at once (RFC 5461 section 4.1). */
  public boolean softErrorsEndHandshake = true;
}

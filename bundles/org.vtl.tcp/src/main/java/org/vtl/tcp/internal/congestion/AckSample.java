package org.vtl.tcp.internal.congestion;

/**
 * What one acknowledgment told the sender, with the delivery rate it shows (draft-ietf-ccwg-bbr
 * section 4.1, Linux tcp_rate.c). A sender has one and fills it anew.
 */
public final class AckSample {
  public long now;

  /**
   * Bytes newly acknowledged, cumulatively or selectively; 0 where only loss or an echo of
   * congestion is to be told, and then the sample says nothing of rate and round trip.
   */
  public long acknowledged;

  /** Bytes found lost since the sample before, by whatever: an acknowledgment or a timer. */
  public long lost;

  /** Bytes in flight before this acknowledgment, and after it. */
  public long inFlightBefore;

  public long inFlight;

  /** The round-trip time this acknowledgment shows, in nanoseconds; -1 for none (Karn). */
  public long roundTripNanos;

  /** The smoothed and the least round-trip time; -1 before the first. */
  public long smoothedNanos;

  public long leastNanos;

  /**
   * Bytes delivered in all, so far, and when the newest acknowledged segment was sent. A round trip
   * ends when what was delivered at its begin is what {@link #deliveredWhenSent} has come to.
   */
  public long delivered;

  public long deliveredWhenSent;

  /** Bytes delivered over {@link #intervalNanos}; their quotient is the delivery rate. */
  public long rateBytes;

  /** -1 when no rate can be said. */
  public long intervalNanos;

  /** Bytes in flight when the newest acknowledged segment was sent. */
  public long inFlightWhenSent;

  /** Whether the rate is the application's or the receiver's window's, not the path's. */
  public boolean applicationLimited;

  /**
   * Whether the sender was using its whole window when it sent what is now acknowledged; once
   * within that round trip is enough, as pacing fills the window late. No window grows without it.
   */
  public boolean windowLimited;

  /** Whether an episode of recovery lasts. */
  public boolean recovering;

  /** Whether the receiver echoed congestion (ECE). */
  public boolean congestionEcho;
}

package org.vtl.tcp.internal.send;

/**
 * What may be chosen about sending. Immutable, shared by many senders.
 *
 * @param nagle whether a small segment waits while another is unacknowledged (RFC 9293 section
 *     3.7.4)
 * @param paced whether segments are spread over the round trip
 * @param initialSegments the initial window in segments (RFC 6928: 10)
 * @param minimumTimeoutNanos what the retransmission timeout adds to the round trip at least
 * @param maximumTimeoutNanos where backing off ends (RFC 6298 section 2.5: at least 60 s)
 * @param giveUpNanos R2 of RFC 9293 section 3.8.3: how long the same data may be retransmitted, or
 *     a probe of a closed window remain unanswered, in all (at least 100 s)
 * @param mostRanges most records of data sent and not acknowledged: with three quarters in use
 *     nothing new is sent, as selective acknowledgments divide the rest; many small segments wait
 *     before that
 * @param timestampNanos the unit of {@link Transmission#timestamp}
 */
public record SendSettings(
    boolean nagle,
    boolean paced,
    int initialSegments,
    long minimumTimeoutNanos,
    long maximumTimeoutNanos,
    long giveUpNanos,
    int mostRanges,
    long timestampNanos) {
  private static final long MILLISECOND = 1_000_000;
  private static final long SECOND = 1_000 * MILLISECOND;

  /** What a relay takes unless told otherwise: no Nagle, since the writer has decided already. */
  public static final SendSettings DEFAULT =
      new SendSettings(
          false, true, 10, 200 * MILLISECOND, 60 * SECOND, 900 * SECOND, 1 << 14, MILLISECOND);

  /** The same with Nagle's algorithm on or off. */
  public SendSettings withNagle(boolean nagle) {
    return new SendSettings(
        nagle,
        paced,
        initialSegments,
        minimumTimeoutNanos,
        maximumTimeoutNanos,
        giveUpNanos,
        mostRanges,
        timestampNanos);
  }

  /** The same with pacing on or off. */
  public SendSettings withPaced(boolean paced) {
    return new SendSettings(
        nagle,
        paced,
        initialSegments,
        minimumTimeoutNanos,
        maximumTimeoutNanos,
        giveUpNanos,
        mostRanges,
        timestampNanos);
  }

  /** The same with another R2. */
  public SendSettings withGiveUpNanos(long giveUpNanos) {
    return new SendSettings(
        nagle,
        paced,
        initialSegments,
        minimumTimeoutNanos,
        maximumTimeoutNanos,
        giveUpNanos,
        mostRanges,
        timestampNanos);
  }
}

package org.vtl.tcp;

/**
 * How VTL speaks TCP to one end. {@link #DEFAULT}, changed by the {@code with} methods, is what
 * most want; what was negotiated with the end comes on top.
 *
 * @param congestionControl {@code cubic}, {@code reno} or {@code bbr}
 * @param buffer most bytes, from 64 KiB up, that a stream towards this end holds; it begins small
 *     and grows as the path needs
 * @param pacing whether segments are spread over the round trip; {@code bbr} always does
 * @param noDelay whether small segments are sent at once; false is Nagle's algorithm (RFC 9293
 *     section 3.7.4)
 * @param segmentSize most payload bytes of a segment to or from this end; 0 for what the ends say
 * @param ecn whether ECN (RFC 3168) is offered or accepted; where the ends themselves do not
 *     negotiate it, it is not
 * @param keepAliveSeconds idle seconds after which the end is asked whether it is still there; 0
 *     for never
 */
public record SideOptions(
    String congestionControl,
    long buffer,
    boolean pacing,
    boolean noDelay,
    int segmentSize,
    boolean ecn,
    int keepAliveSeconds) {
  /** CUBIC, 16 MiB, no pacing, no delay, the ends' segment size and ECN, no keep-alive. */
  public static final SideOptions DEFAULT =
      new SideOptions("cubic", 16L << 20, false, true, 0, true, 0);

  /** Checks the numbers; an unknown congestion control is found when a relay is opened. */
  public SideOptions {
    if (buffer < 64 << 10 || buffer > 1L << 30) {
      throw new IllegalArgumentException(
          "A buffer of " + buffer + " bytes is not between 64 KiB and 1 GiB.");
    }
    if (segmentSize != 0 && (segmentSize < 88 || segmentSize > 65_483)) {
      throw new IllegalArgumentException(
          "A segment size of " + segmentSize + " is neither 0 nor between 88 and 65,483.");
    }
    if (keepAliveSeconds < 0) {
      throw new IllegalArgumentException("Keep-alive seconds of " + keepAliveSeconds + " are < 0.");
    }
  }

  public SideOptions withCongestionControl(String name) {
    return new SideOptions(name, buffer, pacing, noDelay, segmentSize, ecn, keepAliveSeconds);
  }

  public SideOptions withBuffer(long bytes) {
    return new SideOptions(
        congestionControl, bytes, pacing, noDelay, segmentSize, ecn, keepAliveSeconds);
  }

  public SideOptions withPacing(boolean on) {
    return new SideOptions(
        congestionControl, buffer, on, noDelay, segmentSize, ecn, keepAliveSeconds);
  }

  public SideOptions withNoDelay(boolean on) {
    return new SideOptions(
        congestionControl, buffer, pacing, on, segmentSize, ecn, keepAliveSeconds);
  }

  public SideOptions withSegmentSize(int bytes) {
    return new SideOptions(
        congestionControl, buffer, pacing, noDelay, bytes, ecn, keepAliveSeconds);
  }

  public SideOptions withEcn(boolean on) {
    return new SideOptions(
        congestionControl, buffer, pacing, noDelay, segmentSize, on, keepAliveSeconds);
  }

  public SideOptions withKeepAliveSeconds(int seconds) {
    return new SideOptions(congestionControl, buffer, pacing, noDelay, segmentSize, ecn, seconds);
  }
}

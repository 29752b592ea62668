package org.vtl.tcp.internal.send;

/**
 * The persist timer (RFC 9293 section 3.8.6.1): while the other end's window lets nothing be sent
 * and nothing is outstanding, a probe of one byte asks whether it has opened, ever more rarely.
 * Also the override of silly window avoidance (3.8.6.2.1), when the window is open a little.
 */
final class Persist {
  /** How long a small window is left unused (RFC 9293: 0.1 to 1 s). */
  static final long OVERRIDE_NANOS = 200_000_000L;

  private static final long NEVER = Long.MAX_VALUE;

  private long at = NEVER;
  private int backoff;
  private boolean probing;
  private long unansweredSince = NEVER;

  void begin() {
    at = NEVER;
    backoff = 0;
    probing = false;
    unansweredSince = NEVER;
  }

  /** Nothing can be sent, and nothing is outstanding whose acknowledgment would bring news. */
  void block(boolean closed, long timeoutNanos, long mostNanos, long now) {
    if (at == NEVER) {
      long delay = closed ? timeoutNanos << Math.min(backoff, 20) : OVERRIDE_NANOS;
      at = now + Math.min(delay, mostNanos);
    }
  }

  /** The window lets something be sent, or something is outstanding: there is nothing to ask. */
  void stop() {
    at = NEVER;
    backoff = 0;
    probing = false;
    unansweredSince = NEVER;
  }

  /** The timer expired. */
  void expired() {
    at = NEVER;
  }

  /** A probe was sent: its byte is outstanding. */
  void probed(long now) {
    probing = true;
    backoff++;
    if (unansweredSince == NEVER) {
      unansweredSince = now;
    }
  }

  /** The other end lives. */
  void answered() {
    unansweredSince = NEVER;
  }

  /** The byte of a probe was acknowledged, or taken back. */
  void settled() {
    probing = false;
    at = NEVER;
  }

  /** Whether the byte of a probe is outstanding, and nothing else. */
  boolean isProbing() {
    return probing;
  }

  /** Whether probes have remained unanswered for {@code nanos}. */
  boolean isSilentFor(long nanos, long now) {
    return unansweredSince != NEVER && now - unansweredSince >= nanos;
  }

  long deadline() {
    return at;
  }
}

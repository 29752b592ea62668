package org.vtl.tcp.internal.endpoint;

/** When to ask a silent other end whether it is there (RFC 9293 section 3.8.4). */
final class KeepAlive {
  private long heard;
  private long asked;
  private int probes;

  /** A segment of the other end came. */
  void heard(long now) {
    heard = now;
    probes = 0;
  }

  /** A probe was sent. */
  void asked(long now) {
    asked = now;
    probes++;
  }

  /** Probes that nothing answered. */
  int probes() {
    return probes;
  }

  /** When the next probe is due, or the connection's end. */
  long deadline(EndpointSettings settings) {
    if (settings.keepAliveNanos <= 0) {
      return Long.MAX_VALUE;
    }
    return probes == 0 ? heard + settings.keepAliveNanos : asked + settings.keepAliveIntervalNanos;
  }
}

package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;

/**
 * When to ask a silent other end whether it is there (RFC 9293 section 3.8.4). One that has
 * acknowledged our FIN and not sent its own may be asked though others are not: nothing else would
 * ever show that it is gone. Linux gives up such connections after a time, but not those whose
 * reader waits; an answer tells them apart.
 */
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

  /** Asks, if that is due, or gives the connection up. */
  void expire(ControlBlock block, SegmentMaker maker, Resetting resetting, long now) {
    if (deadline(block) > now || block.state == TcpState.TIME_WAIT) {
      return;
    }
    if (block.sendUnacknowledged() != block.sendNext()) {
      heard(now); // what is in flight has timers of its own
    } else if (probes >= block.settings.keepAliveProbes) {
      resetting.begin(false, now);
      block.giveUp();
    } else {
      maker.probe(now); // one that finds no packet is one that got lost
      asked(now);
    }
  }

  /** When {@link #expire} is due for this connection. */
  long deadline(ControlBlock block) {
    return deadline(block.settings, block.state == TcpState.FIN_WAIT_2);
  }

  /**
   * When the next probe is due, or the connection's end.
   *
   * @param halfClosed whether the connection is in FIN-WAIT-2
   */
  long deadline(EndpointSettings settings, boolean halfClosed) {
    boolean asks = halfClosed && settings.halfClosedNanos > 0;
    if (!asks && settings.keepAliveNanos <= 0) {
      return Long.MAX_VALUE;
    }
    long idle = asks ? settings.halfClosedNanos : settings.keepAliveNanos;
    long interval = asks ? settings.halfClosedIntervalNanos : settings.keepAliveIntervalNanos;
    return probes == 0 ? heard + idle : asked + interval;
  }
}

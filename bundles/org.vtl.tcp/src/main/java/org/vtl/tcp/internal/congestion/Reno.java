package org.vtl.tcp.internal.congestion;

/**
 * The congestion control of RFC 5681, counting bytes (RFC 3465): one segment more per round trip,
 * half the window on loss.
 */
public final class Reno extends LossBased {
  private long acknowledged;
  private long priorAcknowledged;

  @Override
  public String name() {
    return "reno";
  }

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    super.begin(segmentSize, initialWindow, now);
    acknowledged = 0;
  }

  @Override
  void avoid(AckSample sample, long bytes) {
    acknowledged += bytes;
    while (acknowledged >= window) { // more than once where one acknowledgment tells of windows
      acknowledged -= window;
      window += segmentSize;
    }
  }

  @Override
  double decrease() {
    return 0.5;
  }

  @Override
  void remember() {
    priorAcknowledged = acknowledged;
  }

  @Override
  void reduce(boolean timeout) {
    acknowledged = 0;
  }

  @Override
  void restore() {
    acknowledged = priorAcknowledged;
  }
}

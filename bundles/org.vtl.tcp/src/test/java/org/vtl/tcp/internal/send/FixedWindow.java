package org.vtl.tcp.internal.send;

import org.vtl.tcp.internal.congestion.AckSample;
import org.vtl.tcp.internal.congestion.CongestionControl;

/**
 * A congestion control whose window is one segment after a timeout, grows to what it was, and else
 * does not change; it remembers what it was told.
 */
final class FixedWindow implements CongestionControl {
  private final long full;
  private long window;
  private final long threshold;
  boolean ownsRecovery;
  long rate;
  int segmentSize;
  int congested;
  int byEcn;
  int recovered;
  int timedOut;
  int undone;
  int restarted;
  int samples;
  long acknowledged;
  long lost;
  AckSample last;

  FixedWindow(long window) {
    this(window, Math.max(1, window / 2));
  }

  FixedWindow(long window, long threshold) {
    full = window;
    this.window = window;
    this.threshold = threshold;
  }

  @Override
  public String name() {
    return "fixed";
  }

  @Override
  public void begin(int segmentSize, long initialWindow, long now) {
    this.segmentSize = segmentSize;
  }

  @Override
  public void segmentSize(int bytes, long now) {
    segmentSize = bytes;
  }

  @Override
  public void acknowledged(AckSample sample) {
    samples++;
    acknowledged += sample.acknowledged;
    lost += sample.lost;
    window = Math.min(full, window + sample.acknowledged);
    last = sample;
  }

  @Override
  public void congested(long inFlight, boolean ecn, long now) {
    congested++;
    byEcn += ecn ? 1 : 0;
  }

  @Override
  public void recovered(long now) {
    recovered++;
    window = full;
  }

  @Override
  public void timedOut(long inFlight, long now) {
    timedOut++;
    window = segmentSize;
  }

  @Override
  public void undo(long now) {
    undone++;
    window = full;
  }

  @Override
  public void restarted(long idleNanos, long now) {
    restarted++;
  }

  @Override
  public long window() {
    return window;
  }

  @Override
  public long threshold() {
    return threshold;
  }

  @Override
  public long pacingRate() {
    return rate;
  }

  @Override
  public boolean ownsRecovery() {
    return ownsRecovery;
  }

  @Override
  public String state() {
    return "window " + window;
  }
}

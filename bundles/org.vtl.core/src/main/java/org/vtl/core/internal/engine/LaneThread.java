package org.vtl.core.internal.engine;

/** The thread that turns one lane. */
final class LaneThread extends Thread {
  private final Lane lane;

  LaneThread(Lane lane) {
    super(lane.helm()::turn, "vtl-" + lane.label());
    this.lane = lane;
    setDaemon(true);
  }

  Lane lane() {
    return lane;
  }
}

package org.vtl.core.internal.engine;

/**
 * Which plan a lane follows, and how it comes to the next: between two packets, one change after
 * the other, each followed by its {@link Succession}. The worker's, but for {@link #hasPassed}.
 */
final class Planner {
  private final Lane lane;
  private final Succession succession;

  private Plan plan;
  private boolean settingsChanged;

  /** Numbers of services that leave the link with the next plan. */
  private long leaving;

  private volatile long boundary = -1;

  Planner(Lane lane, Succession succession) {
    this.lane = lane;
    this.succession = succession;
    plan = Plan.first(lane);
  }

  /** What the lane follows now. */
  Plan plan() {
    return plan;
  }

  /** Takes up the newest pipeline and settings, unless the change before is under way. */
  void replan() {
    if (!succession.isUnderWay()) {
      takeUp(lane.engine().registry().pipeline());
    }
    lane.releaseHeld();
    if (!succession.isUnderWay()) {
      boundary = plan.pipeline.version();
    }
  }

  private void takeUp(Pipeline newest) {
    if (newest != plan.pipeline || settingsChanged || leaving != 0) {
      settingsChanged = false;
      Plan old = plan;
      plan = old.next(newest, lane, leaving);
      lane.kernelPath().invalidate();
      leaving = 0;
      lane.chronicle().replanned(old, plan);
      succession.begin(old, plan);
      Injection injection = lane.injection();
      injection.drain(
          injection.size()); // what departed services held comes before what arrives now
    }
  }

  /** Takes up the newest pipeline now, of a stepped engine that is between two rounds. */
  void takeUpNow() {
    succession.complete();
    replan();
    succession.complete();
    replan();
  }

  /** Whether there is a newer pipeline, or a service that leaves. */
  boolean isDue() {
    return leaving != 0 || lane.engine().registry().pipeline() != plan.pipeline;
  }

  /** The lane's settings are others from now on. */
  void changeSettings() {
    settingsChanged = true;
  }

  /** From the next batch on shows {@code entry} nothing any more, until it changes or rejoins. */
  void leave(ServiceEntry entry) {
    if (plan.pipeline.contains(entry)) {
      leaving |= 1L << entry.id;
    }
  }

  /**
   * Whether the lane has taken up pipeline {@code version} and all state is handed over, so that it
   * is in no service which that lacks, nor will be. Any thread.
   */
  boolean hasPassed(long version) {
    return boundary >= version;
  }

  /** No service is called here any more. */
  void end() {
    succession.stop();
    boundary = Long.MAX_VALUE;
  }
}

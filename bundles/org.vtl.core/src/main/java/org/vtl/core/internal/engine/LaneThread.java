package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;

/** The thread that turns one lane, as nice as the link's settings say if the system permits. */
final class LaneThread extends Thread {
  private static final System.Logger LOG = System.getLogger(LaneThread.class.getName());

  private final Lane lane;
  private volatile Niceness niceness;
  private boolean refused;

  LaneThread(Lane lane) {
    super("vtl-" + lane.label());
    this.lane = lane;
    setDaemon(true);
  }

  @Override
  public void run() {
    niceness = Niceness.ofThisThread();
    settle();
    lane.helm().turn();
  }

  Lane lane() {
    return lane;
  }

  /** Takes up the niceness of the lane's settings as they are now. On this thread. */
  void settle() {
    int nice = lane.settings().nice();
    int error = niceness.set(nice);
    if (error != 0 && !refused && lane.worker() == 0) {
      refused = true;
      LOG.log(
          Level.INFO,
          "The workers of link {0} stay at nice {1}, as the system refuses {2} (error {3}); give"
              + " VTL CAP_SYS_NICE or a limit for it (systemd: LimitNICE={2}), or set the key nice"
              + " of the link to 0.",
          lane.name(),
          niceness.current(),
          nice,
          error);
    }
  }

  /** Has it be as nice as it was made: it is in code that does not return. Any thread. */
  void giveWay() {
    Niceness mine = niceness;
    if (mine != null) {
      mine.set(Niceness.UNTOUCHED);
    }
  }
}

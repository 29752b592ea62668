package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;

/**
 * Watches over the lanes from a thread of its own: opens ports that are not open, and takes a lane
 * away from a worker that a service does not let go of.
 */
final class Supervisor {
  private static final System.Logger LOG = System.getLogger(Supervisor.class.getName());
  private static final long PERIOD_MILLIS = 100;
  private static final long STUCK_NANOS = 2_000_000_000L;

  private final EngineCore engine;
  private final Map<Lane, Progress> progress = new HashMap<>();
  private final Object bell = new Object();
  private Thread thread;
  private volatile boolean stopping;

  /** Since when a worker has been in the same code in the same round. */
  private record Progress(long rounds, Thread away, ServiceEntry calling, long sinceNanos) {}

  Supervisor(EngineCore engine) {
    this.engine = engine;
  }

  void start() {
    thread = new Thread(this::run, "vtl-supervisor");
    thread.setDaemon(true);
    thread.start();
  }

  void wake() {
    synchronized (bell) {
      bell.notifyAll();
    }
  }

  void stop() {
    stopping = true;
    wake();
    if (thread != null) {
      try {
        thread.join(5_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    while (!stopping) {
      try {
        openPorts();
        watch();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "The supervisor failed; it goes on.", e);
      }
      synchronized (bell) {
        if (!stopping) {
          try {
            bell.wait(PERIOD_MILLIS);
          } catch (InterruptedException e) {
            return;
          }
        }
      }
    }
  }

  /** Tries to open every port that is not open. */
  void openPorts() {
    for (Lane lane : engine.lanes()) {
      open(lane, lane.vmPort());
      open(lane, lane.networkPort());
    }
  }

  /**
   * Returns when no driver is just opening a port: one that has been taken out never will again.
   */
  synchronized void awaitOpening() {
    // being here means that nobody is in open
  }

  private synchronized void open(Lane lane, LinkPort port) {
    if (port.isWaiting() && !lane.isClosing()) {
      port.open(engine.provider(port.address().scheme()));
    }
  }

  private void watch() {
    long now = System.nanoTime();
    progress.keySet().retainAll(engine.lanes());
    for (Lane lane : engine.lanes()) {
      Thread away = lane.dispatcher().excursion().away();
      ServiceEntry calling = lane.dispatcher().excursion().calling();
      long rounds = lane.rounds();
      Progress before = progress.get(lane);
      if (away == null
          || before == null
          || before.away != away
          || before.rounds != rounds
          || before.calling != calling) {
        progress.put(lane, new Progress(rounds, away, calling, now));
      } else if (now - before.sinceNanos > STUCK_NANOS) {
        replace(lane, away);
        progress.remove(lane);
      }
    }
  }

  /**
   * The worker has been in one service for too long. A thread cannot be stopped, only abandoned: a
   * new one turns the lane, and the old one ends as soon as the service lets go of it.
   */
  private void replace(Lane lane, Thread stuck) {
    StackTraceElement[] stack = stuck.getStackTrace();
    Excursion excursion = lane.dispatcher().excursion();
    if (!excursion.abandon(stuck)) {
      return; // it has come back
    }
    lane.abandon();
    String where =
        "on link "
            + lane.name()
            + " did not return within 2 seconds"
            + (stack.length == 0 ? "" : ", it is in " + stack[0]);
    ServiceEntry calling = excursion.calling();
    if (calling == null) {
      LOG.log(Level.ERROR, "A task {0}; the link goes on without it.", where);
    } else {
      String reason = "a call " + where + "; update or uninstall its bundle.";
      engine.registry().fence(calling, ServiceEntry.State.STUCK, reason);
    }
    lane.start();
  }
}

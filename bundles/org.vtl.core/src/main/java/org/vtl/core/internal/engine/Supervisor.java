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

  /** Between two looks while all ports are open and no worker was found in a service. */
  private static final long CALM_MILLIS = 500;

  private static final long ALERT_MILLIS = 100;

  /** Looks in a row at a port that is not there, before it is looked for less often. */
  private static final int PATIENCE_LOOKS = 100;

  private static final long STUCK_NANOS = 2_000_000_000L;

  private final EngineCore engine;
  private final Map<Lane, Progress> progress = new HashMap<>();
  private final Object bell = new Object();
  private boolean rung;
  private int waitingLooks;
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

  /** Has it look now, as a port is to be opened. */
  void wake() {
    synchronized (bell) {
      rung = true;
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
      boolean alert = true;
      try {
        openPorts();
        alert = watch() | awaitsPort();
      } catch (RuntimeException e) {
        LOG.log(Level.ERROR, "The supervisor failed; it goes on.", e);
      }
      synchronized (bell) {
        if (!stopping && !rung) {
          try {
            bell.wait(alert ? ALERT_MILLIS : CALM_MILLIS);
          } catch (InterruptedException e) {
            return;
          }
        }
        waitingLooks = rung ? 0 : waitingLooks;
        rung = false;
      }
    }
  }

  /** Whether a port is not open and may soon be: an interface that is long absent can wait. */
  private boolean awaitsPort() {
    boolean waiting = false;
    for (Lane lane : engine.lanes()) {
      waiting |= lane.vmPort().isWaiting() || lane.networkPort().isWaiting();
    }
    waitingLooks = waiting ? waitingLooks + 1 : 0;
    return waiting && waitingLooks < PATIENCE_LOOKS;
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
    if (port.isWaiting() && !lane.helm().isClosing()) {
      port.open(engine.provider(port.address().scheme()));
    }
  }

  /** Looks for stuck workers; returns whether one was found in code that is not the engine's. */
  private boolean watch() {
    boolean anyAway = false;
    long now = System.nanoTime();
    progress.keySet().retainAll(engine.lanes());
    for (Lane lane : engine.lanes()) {
      Thread away = lane.calls().excursion().away();
      ServiceEntry calling = lane.calls().excursion().calling();
      long rounds = lane.helm().rounds();
      anyAway |= away != null;
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
    return anyAway;
  }

  /**
   * The worker has been in one service for too long. A thread cannot be stopped, only abandoned: a
   * new one turns the lane, and the old one ends as soon as the service lets go of it.
   */
  private void replace(Lane lane, Thread stuck) {
    StackTraceElement[] stack = stuck.getStackTrace();
    Excursion excursion = lane.calls().excursion();
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
    lane.helm().start();
  }
}

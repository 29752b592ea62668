package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.ConnectionTable;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.service.Verdict;

/**
 * The only place of a lane that calls services: what they throw is caught here, counted, and fences
 * them off when it is too much; where a call does not return, {@link Excursion} tells. The
 * worker's.
 */
final class ServiceCalls implements ConnectionTable.Listener, TimerWheel.Expiry {
  private final Lane lane;
  private final ServiceStatistics[] statistics = new ServiceStatistics[Pipeline.MAX_SERVICES];
  private final Excursion excursion = new Excursion();
  private final Stopwatch stopwatch;

  /** What a service is just being shown. */
  private PacketState shown;

  ServiceCalls(Lane lane) {
    this.lane = lane;
    this.stopwatch = new Stopwatch(lane.engine());
  }

  ServiceStatistics statistics(ServiceEntry entry) {
    ServiceStatistics of = statistics[entry.id];
    if (of == null || !of.name.equals(entry.name)) {
      of = new ServiceStatistics(lane.name(), entry.name);
      statistics[entry.id] = of;
    }
    return of;
  }

  /** What was counted of {@code entry} here, or null when nothing was. Any thread. */
  ServiceStatistics counted(ServiceEntry entry) {
    ServiceStatistics of = statistics[entry.id];
    return of != null && of.name.equals(entry.name) ? of : null;
  }

  /** Whose code the worker is in. */
  Excursion excursion() {
    return excursion;
  }

  /** When calls are measured. */
  Stopwatch stopwatch() {
    return stopwatch;
  }

  /** The worker has been abandoned in a service; what that was being shown is lost to the pool. */
  void abandon() {
    if (shown != null) {
      shown.owner = PacketState.Owner.ABANDONED;
      shown = null;
      lane.statistics().packetsAbandoned++;
    }
  }

  boolean isShowing(PacketState state, ServiceEntry entry) {
    return shown == state && excursion.calling() == entry;
  }

  // ---- packets ---------------------------------------------------------------------------------

  /**
   * Asks a service for its verdict; null if it failed, which is counted.
   *
   * @param of what is counted of it
   */
  Verdict process(
      ServiceEntry entry, ServiceStatistics of, PacketState state, TrackedConnection connection) {
    Verdict verdict = null;
    Throwable failure = null;
    shown = state;
    boolean nested = excursion.begin(entry);
    boolean measured = stopwatch.isRunning();
    long began = 0;
    long ended = 0;
    try {
      if (measured) {
        began = lane.now();
      }
      verdict = entry.service.process(state.packet, connection);
      if (measured) {
        ended = lane.now();
      }
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(null, nested);
    shown = null;
    if (verdict == null) {
      failed(entry, failure != null ? failure : new IllegalStateException("it gave no verdict"));
    } else if (measured) {
      stopwatch.add(of.times, began, ended);
    }
    return verdict;
  }

  // ---- all else --------------------------------------------------------------------------------

  /** Calls of a service outside a packet. */
  private enum Call {
    OPENED,
    CLOSED,
    TIMER
  }

  private void call(ServiceEntry entry, Call call, TrackedConnection connection, long token) {
    if (entry.state() != ServiceEntry.State.ACTIVE) {
      return;
    }
    ServiceEntry outer = excursion.calling();
    boolean nested = excursion.begin(entry);
    Throwable failure = null;
    try {
      switch (call) {
        case OPENED -> entry.connectionListener.connectionOpened(connection);
        case CLOSED -> entry.connectionListener.connectionClosed(connection);
        case TIMER -> entry.timerListener.timerExpired(connection, token);
      }
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(outer, nested);
    if (failure != null) {
      failed(entry, failure);
    }
  }

  /** Runs code of {@code whose}, or of nobody known when it is null; its exceptions end nothing. */
  void visit(ServiceEntry whose, Runnable code) {
    ServiceEntry outer = excursion.calling();
    boolean nested = excursion.begin(whose);
    Throwable failure = null;
    try {
      code.run();
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(outer, nested);
    if (failure != null) {
      lane.engine()
          .failures()
          .note(
              whose == null ? "a task given to link " + lane.name() : "service " + whose.name,
              failure);
    }
  }

  @Override
  public void opened(TrackedConnection connection) {
    lane.succession().opened(connection);
    tell(Call.OPENED, connection);
  }

  @Override
  public void closing(TrackedConnection connection) {
    lane.kernelPath().forget(connection);
    lane.timers().cancelAll(connection);
    tell(Call.CLOSED, connection);
  }

  @Override
  public void catchUp(TrackedConnection connection) {
    lane.kernelPath().catchUp(connection);
  }

  private void tell(Call call, TrackedConnection connection) {
    lane.succession().settle(connection);
    Plan plan = lane.plan();
    for (long chain = plan.chain(connection.traffic()); chain != 0; chain &= chain - 1) {
      ServiceEntry entry = plan.pipeline.stage(Long.numberOfTrailingZeros(chain));
      if (entry.connectionListener != null) {
        call(entry, call, connection, 0);
      }
    }
  }

  @Override
  public void expired(ServiceEntry service, TrackedConnection connection, long token) {
    lane.succession().settle(connection);
    if (connection.isLive() || !connection.isTracked()) {
      call(service, Call.TIMER, connection, token);
    }
  }

  // ---- failures --------------------------------------------------------------------------------

  /** Counts a failure of {@code entry}'s service, and fences it off if there are too many. */
  void failed(ServiceEntry entry, Throwable why) {
    boolean tooOften = statistics(entry).fail(lane.now());
    lane.engine().failures().note(entry, why);
    if (tooOften) {
      lane.engine()
          .registry()
          .fence(
              entry,
              ServiceEntry.State.FAILED,
              "it threw 5 exceptions within a second on link "
                  + lane.name()
                  + ", the last "
                  + Failures.text(why)
                  + "; update or reinstall its bundle.");
    }
  }
}

package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.service.TapPoint;
import org.vtl.service.Verdict;

/** Shows packets to those who watch this lane; free while nobody does. The worker's. */
final class Taps {
  private static final String CORE = "core";

  private final Lane lane;
  private final TapPoint arrival;
  private final TapPoint departure;
  private final TapPoint drop;

  Taps(Lane lane) {
    this.lane = lane;
    arrival = new TapPoint(TapPoint.Kind.ARRIVAL, lane.name(), CORE);
    departure = new TapPoint(TapPoint.Kind.DEPARTURE, lane.name(), CORE);
    drop = new TapPoint(TapPoint.Kind.DROP, lane.name(), CORE);
  }

  private boolean isWatched() {
    return lane.engine().taps().length != 0;
  }

  void arrival(PacketState state) {
    if (isWatched()) {
      show(arrival, state, null, null);
    }
  }

  void service(ServiceStatistics of, PacketState state, Verdict verdict) {
    if (isWatched()) {
      show(of.tapPoint, state, verdict, null);
    }
  }

  void injection(ServiceStatistics of, PacketState state) {
    if (isWatched()) {
      show(of.injectionPoint, state, null, null);
    }
  }

  void departure(PacketState state) {
    if (isWatched()) {
      show(departure, state, null, null);
    }
  }

  /** The engine itself discards the packet. */
  void drop(PacketState state, Reason reason) {
    drop(drop, state, reason);
  }

  void drop(TapPoint point, PacketState state, Reason reason) {
    TapEntry[] watching = lane.engine().dropTaps();
    if (watching.length != 0) {
      show(watching, point, state, Verdict.DROP, reason);
    }
  }

  private void show(TapPoint point, PacketState state, Verdict verdict, Reason reason) {
    show(lane.engine().taps(), point, state, verdict, reason);
  }

  private void show(
      TapEntry[] watching, TapPoint point, PacketState state, Verdict verdict, Reason reason) {
    TrackedConnection connection =
        state.connection == null || state.connection.id() != state.connectionId
            ? lane.untrackedConnection() // it belongs to none, or to one that has ended
            : state.connection;
    for (TapEntry tap : watching) {
      if (tap.watches(lane.name())) {
        try {
          tap.tap().seen(point, state.packet, connection, verdict, reason);
        } catch (Throwable e) {
          lane.engine().failures().note("tap " + tap.tap().getClass().getName(), e);
          lane.engine().dropTap(tap.tap());
        }
      }
    }
  }
}

package org.vtl.core.internal.engine;

import java.util.List;
import org.vtl.packet.Packet;

/**
 * One link's workers: a lane each, and the frames that one hands over to another. They share
 * nothing else, so each connection still has one writer.
 */
final class Crew {
  private final String name;
  private final Lane[] lanes;

  /** By the owning worker, then by the one that gives. */
  private final Handover[][] incoming;

  /**
   * The lanes of link {@code name}, one at each of {@code indexes}; {@code where} begins sentences
   * about its configuration.
   */
  Crew(EngineCore engine, String name, int[] indexes, LinkSettings settings, String where) {
    this.name = name;
    int workers = indexes.length;
    lanes = new Lane[workers];
    incoming = new Handover[workers][workers];
    for (int worker = 0; worker < workers; worker++) {
      for (int from = 0; from < workers; from++) {
        incoming[worker][from] = new Handover();
      }
      lanes[worker] = new Lane(engine, this, worker, indexes[worker], settings, where);
    }
  }

  String name() {
    return name;
  }

  int workers() {
    return lanes.length;
  }

  Lane lane(int worker) {
    return lanes[worker];
  }

  List<Lane> lanes() {
    return List.of(lanes);
  }

  LinkSettings settings() {
    return lanes[0].settings();
  }

  /** Changes what running lanes can change. Any thread. */
  void change(LinkSettings settings) {
    for (Lane lane : lanes) {
      lane.change(settings);
    }
  }

  /** Gives {@code owner} a copy of a frame that arrived at {@code from}; false: no room. */
  boolean handOver(int from, int owner, Packet packet) {
    if (!incoming[owner][from].add(packet)) {
      return false;
    }
    lanes[owner].helm().wake();
    return true;
  }

  /** What others gave {@code worker}. */
  Handover[] incoming(int worker) {
    return incoming[worker];
  }

  /** Whether something waits that others gave {@code worker}. */
  boolean isGiven(int worker) {
    for (Handover from : incoming[worker]) {
      if (!from.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Frees what was handed over; all its lanes have ended. */
  void close() {
    for (Handover[] of : incoming) {
      for (Handover from : of) {
        from.close();
      }
    }
  }
}

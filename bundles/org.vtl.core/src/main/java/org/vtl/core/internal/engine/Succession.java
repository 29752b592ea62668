package org.vtl.core.internal.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.core.internal.connection.ServiceSlot;
import org.vtl.core.internal.connection.TrackedConnection;

/**
 * What happens in one lane when services leave and come: packets they held are sent on, timers end,
 * state is saved, cleared and restored. That is done for one connection after the other, a part of
 * them in each round, and for those that somebody is about to see at once, so that traffic does not
 * wait for a million connections. A bundle goes only when it is done for all. The worker's.
 */
final class Succession {
  /** Connections that are settled in one round, beside those that have packets. */
  static final int STRIDE = 512;

  private static final int MAX_STATE_BYTES = 1_024;
  private static final long KEPT_NANOS = 60_000_000_000L;
  private static final Inheritance[] NONE = {};

  private final Lane lane;

  /** State saved by services that left without a successor, by name. */
  private final Map<String, Estate> estates = new HashMap<>();

  /** Null while a service writes into it: one that does not return keeps it. */
  private ByteBuffer buffer;

  /** What is under way; empty when nothing is. */
  private Inheritance[] inheritances = NONE;

  /** Places plus one of the connections for which it is not done yet; 0 is the untracked one. */
  private final BitSet waiting = new BitSet();

  /** It is done for all below. */
  private int next;

  /**
   * What a service leaves.
   *
   * @param from the service that leaves; null if it left before, into {@code estate}
   * @param slots its places in each connection
   * @param to who reads its state; null for nobody yet
   * @param estate where its state is kept, or was; null if it goes from one to the other
   */
  private record Inheritance(
      ServiceEntry from, List<ServiceSlot<?>> slots, ServiceEntry to, Estate estate) {}

  Succession(Lane lane) {
    this.lane = lane;
  }

  /** Begins, between two packets; only while nothing is under way. */
  void begin(Plan old, Plan now) {
    List<Inheritance> all = new ArrayList<>();
    estates.values().removeIf(estate -> estate.isOlder(lane.now() - KEPT_NANOS));
    for (int position = 0; position < old.pipeline.size(); position++) {
      ServiceEntry entry = old.pipeline.stage(position);
      if (!now.pipeline.contains(entry)) {
        lane.injection().sendOn(entry);
        lane.timers().cancelAll(entry);
        leave(entry, now.pipeline.find(entry.name), all);
      }
    }
    for (int position = 0; position < now.pipeline.size(); position++) {
      ServiceEntry entry = now.pipeline.stage(position);
      if (!old.pipeline.contains(entry)) {
        enter(entry, all);
      }
    }
    if (!all.isEmpty()) {
      inheritances = all.toArray(Inheritance[]::new);
      waiting.set(0, lane.table().places() + 1);
      next = 0;
      settle(lane.untrackedConnection()); // what is kept there may be needed with any other
    }
  }

  private void leave(ServiceEntry entry, ServiceEntry successor, List<Inheritance> all) {
    List<ServiceSlot<?>> slots = entry.context.slots();
    boolean saves = entry.handover != null && entry.state() == ServiceEntry.State.ACTIVE;
    ServiceEntry heir = saves && successor != null && successor.handover != null ? successor : null;
    Estate estate = null;
    if (saves) {
      estates.remove(entry.name); // what comes now is newer
      if (successor == null) {
        estate = new Estate(lane, lane.table().places());
        estates.put(entry.name, estate);
      }
    }
    if (heir != null || estate != null || !slots.isEmpty()) {
      all.add(new Inheritance(entry, slots, heir, estate));
    }
  }

  private void enter(ServiceEntry entry, List<Inheritance> all) {
    if (lane.calls().counted(entry) == null) {
      lane.calls().statistics(entry);
    }
    Estate estate = estates.remove(entry.name);
    if (entry.handover != null && estate != null) {
      all.add(new Inheritance(null, List.of(), entry, estate));
    }
  }

  // ---- while it is under way -------------------------------------------------------------------

  /** Whether a service that left may still be asked to save state. */
  boolean isUnderWay() {
    return inheritances.length > 0;
  }

  /** Goes on with a part of the connections; returns how many. */
  int advance() {
    if (!isUnderWay()) {
      return 0;
    }
    int count = 0;
    while (count < STRIDE) {
      int bit = waiting.nextSetBit(next);
      if (bit < 0) {
        stop();
        return count + 1; // whoever waits for it is to be told before the worker sleeps
      }
      next = bit + 1;
      count++;
      TrackedConnection connection = lane.table().at(bit - 1);
      if (connection != null) {
        settle(connection);
      }
    }
    return count;
  }

  /** Goes on until it is done for all. */
  void complete() {
    while (isUnderWay()) {
      advance();
    }
  }

  /** Ends it as it stands: all is done, or the lane ends. */
  void stop() {
    inheritances = NONE;
    waiting.clear();
  }

  /** A new connection has nothing to hand over. */
  void opened(TrackedConnection connection) {
    if (isUnderWay()) {
      waiting.clear(connection.place() + 1);
    }
  }

  /**
   * Does it for {@code connection}, unless it is done: somebody is about to see it. The successor's
   * code may do anything to it, also close it.
   */
  void settle(TrackedConnection connection) {
    if (!isUnderWay() || !waiting.get(connection.place() + 1)) {
      return;
    }
    waiting.clear(connection.place() + 1); // once, also if one of them does not return
    long id = connection.id();
    for (Inheritance each : inheritances) {
      if (connection.id() == id) {
        pass(each, connection);
      }
    }
  }

  private void pass(Inheritance each, TrackedConnection connection) {
    ByteBuffer state;
    if (each.from == null) {
      state = each.estate.remove(connection.place(), connection.id());
    } else {
      state = each.to != null || each.estate != null ? save(each.from, connection) : null;
      for (ServiceSlot<?> slot : each.slots) {
        connection.clear(slot);
      }
    }
    if (state == null) {
      return;
    }
    if (each.to == null) {
      each.estate.add(connection.place(), connection.id(), state);
    } else if (each.to.state() == ServiceEntry.State.ACTIVE && !each.to.isGone()) {
      lane.calls().visit(each.to, () -> each.to.handover.restore(connection, state));
    }
  }

  /** The state that {@code from}'s service has of {@code connection}, or null. */
  private ByteBuffer save(ServiceEntry from, TrackedConnection connection) {
    if (from.state() != ServiceEntry.State.ACTIVE || from.isGone()) {
      return null; // it failed, or did not return, while it was saving others
    }
    ByteBuffer to = buffer == null ? ByteBuffer.allocate(MAX_STATE_BYTES) : buffer.clear();
    buffer = null;
    boolean[] saved = {false};
    lane.calls().visit(from, () -> saved[0] = from.handover.save(connection, to));
    buffer = to;
    if (!saved[0]) {
      return null;
    }
    byte[] state = new byte[to.flip().remaining()];
    to.get(state);
    return ByteBuffer.wrap(state);
  }
}

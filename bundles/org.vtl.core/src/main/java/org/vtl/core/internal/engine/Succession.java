package org.vtl.core.internal.engine;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.vtl.core.internal.connection.ServiceSlot;
import org.vtl.core.internal.connection.TrackedConnection;

/**
 * What happens in one lane, between two packets, when services leave and come: packets they held
 * are sent on, timers end, state is saved, cleared and restored. The worker's.
 */
final class Succession {
  private static final int MAX_STATE_BYTES = 1_024;
  private static final long KEPT_NANOS = 60_000_000_000L;

  /** State saved by services that left, by name, then by connection number. */
  private final Map<String, Estate> estates = new HashMap<>();

  private final Lane lane;
  private final ByteBuffer buffer = ByteBuffer.allocate(MAX_STATE_BYTES);

  private record Estate(long savedNanos, Map<Long, byte[]> states) {}

  Succession(Lane lane) {
    this.lane = lane;
  }

  void carryOut(Plan old, Plan now) {
    for (int position = 0; position < old.pipeline.size(); position++) {
      ServiceEntry entry = old.pipeline.stage(position);
      if (!now.pipeline.contains(entry)) {
        lane.injection().sendOn(entry);
        lane.timers().cancelAll(entry);
      }
    }
    for (int position = 0; position < old.pipeline.size(); position++) {
      ServiceEntry entry = old.pipeline.stage(position);
      if (!now.pipeline.contains(entry)) {
        leave(entry); // last, since its own code is asked and may not return
      }
    }
    long oldest = lane.now() - KEPT_NANOS;
    estates.values().removeIf(estate -> estate.savedNanos < oldest);
    for (int position = 0; position < now.pipeline.size(); position++) {
      ServiceEntry entry = now.pipeline.stage(position);
      if (!old.pipeline.contains(entry)) {
        enter(entry);
      }
    }
  }

  private void leave(ServiceEntry entry) {
    if (entry.handover != null && entry.state() == ServiceEntry.State.ACTIVE) {
      Estate estate = new Estate(lane.now(), new HashMap<>());
      ServiceCalls calls = lane.calls();
      TrackedConnection untracked = lane.untrackedConnection();
      calls.visit(entry, () -> save(entry, untracked, estate.states));
      lane.table().forEach(each -> calls.visit(entry, () -> save(entry, each, estate.states)));
      estates.put(entry.name, estate);
    }
    for (ServiceSlot<?> slot : entry.context.slots()) {
      lane.table().forEach(connection -> connection.clear(slot));
      lane.untrackedConnection().clear(slot);
    }
  }

  private void save(ServiceEntry entry, TrackedConnection connection, Map<Long, byte[]> states) {
    buffer.clear();
    if (entry.handover.save(connection, buffer)) {
      byte[] state = new byte[buffer.flip().remaining()];
      buffer.get(state);
      states.put(connection.id(), state);
    }
  }

  private void enter(ServiceEntry entry) {
    if (lane.calls().counted(entry) == null) {
      lane.calls().statistics(entry);
    }
    Estate estate = estates.remove(entry.name);
    if (entry.handover != null && estate != null) {
      ServiceCalls calls = lane.calls();
      TrackedConnection untracked = lane.untrackedConnection();
      calls.visit(entry, () -> restore(entry, untracked, estate));
      lane.table().forEach(each -> calls.visit(entry, () -> restore(entry, each, estate)));
    }
  }

  private void restore(ServiceEntry entry, TrackedConnection connection, Estate estate) {
    byte[] state = estate.states.get(connection.id());
    if (state != null) {
      entry.handover.restore(connection, ByteBuffer.wrap(state));
    }
  }
}

package org.vtl.core.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.vtl.core.internal.connection.ConnectionEvent;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;

/**
 * What happened to the connections of one lane, as far back as there is room: {@link #KEPT} events
 * until connections are established, and as many from then on, so that a flood, which establishes
 * none, makes nobody forget what is there. Only changes are noted, never packets. All room is made
 * at the start, 384 KiB. The worker's.
 */
final class Chronicle {
  /** Events of connections that are not established, and as many of those that are. */
  static final int KEPT = 8_192;

  private static final int KEPT_OF_LINK = 256;
  private static final long NANOS = 1_000_000_000L;

  private final Lane lane;
  private final EventRing early = new EventRing(KEPT);
  private final EventRing later = new EventRing(KEPT);
  private final Deque<OfLink> ofLink = new ArrayDeque<>(KEPT_OF_LINK);
  private boolean lostOfLink;

  /**
   * What happened to all connections at once.
   *
   * @param about a service's name, or a part of a sentence
   * @param more why, or empty
   */
  record OfLink(long nanos, ConnectionEvent event, String about, String more) {}

  /**
   * What is left of one connection.
   *
   * @param now when that was
   * @param own what happened to it alone, the oldest first; empty when nothing is left
   * @param ofLink what happened to all in its time, the oldest first
   * @param isWhole whether nothing of that is forgotten
   */
  record Extract(long now, List<EventRing.Entry> own, List<OfLink> ofLink, boolean isWhole) {}

  Chronicle(Lane lane) {
    this.lane = lane;
  }

  // ---- writing ---------------------------------------------------------------------------------

  /** The table or the tracker tells; what comes of a service's call is that service's doing. */
  void happened(TrackedConnection connection, ConnectionEvent event, Direction by) {
    ServiceEntry calling = lane.calls().excursion().calling();
    int service = calling == null ? EventRing.NONE : calling.id;
    int argument =
        event == ConnectionEvent.EXPIRED
            ? (int) ((lane.roundNanos() - connection.lastNanos()) / NANOS)
            : EventRing.NONE;
    add(connection, event, by, service, argument);
  }

  /** Services leave or come back: their numbers {@code before} and {@code after}. */
  void fitted(TrackedConnection connection, long before, long after) {
    for (long rest = before ^ after; rest != 0; rest &= rest - 1) {
      int service = Long.numberOfTrailingZeros(rest);
      boolean left = (after >>> service & 1) != 0;
      add(
          connection,
          left ? ConnectionEvent.LEFT : ConnectionEvent.REJOINED,
          null,
          service,
          EventRing.NONE);
    }
  }

  /** {@code service} takes a packet. */
  void taken(PacketState state, ServiceEntry service) {
    TrackedConnection connection = state.connection;
    if (connection.id() == state.connectionId && connection.tellsTake()) {
      Direction by = state.packet.direction();
      add(connection, ConnectionEvent.TAKEN, by, service.id, EventRing.NONE);
    }
  }

  /** A packet is dropped by {@code service}, null for the engine. */
  void dropped(PacketState state, ServiceEntry service, Reason reason) {
    TrackedConnection connection = state.connection;
    if (connection != null && connection.id() == state.connectionId && connection.tellsDrop()) {
      add(
          connection,
          ConnectionEvent.DROPPED,
          state.packet.direction(),
          service == null ? EventRing.NONE : service.id,
          reason.code());
    }
  }

  /** The system carries {@code connection} from now on, or no longer. */
  void carried(TrackedConnection connection, boolean isCarried) {
    add(
        connection,
        isCarried ? ConnectionEvent.TO_KERNEL : ConnectionEvent.FROM_KERNEL,
        null,
        EventRing.NONE,
        EventRing.NONE);
  }

  private void add(
      TrackedConnection connection, ConnectionEvent event, Direction by, int service, int more) {
    EventRing ring = connection.isEstablished() ? later : early;
    ring.add(connection.id(), lane.roundNanos(), event, by, service, more);
  }

  // ---- what concerns all -----------------------------------------------------------------------

  /** The lane follows plan {@code now} instead of {@code old}. */
  void replanned(Plan old, Plan now) {
    for (int position = 0; position < now.pipeline.size(); position++) {
      ServiceEntry entry = now.pipeline.stage(position);
      if (entry.serves(lane)) {
        ServiceEntry before = old.pipeline.find(entry.name);
        if (before == null) {
          addOfLink(ConnectionEvent.SERVICE_ENTERED, entry.name, "");
        } else if (old.pipeline.edition(before.id) != now.pipeline.edition(entry.id)) {
          addOfLink(
              ConnectionEvent.SERVICE_CHANGED,
              entry.name,
              before == entry ? "" : "has a successor");
        }
      }
    }
    for (int position = 0; position < old.pipeline.size(); position++) {
      ServiceEntry entry = old.pipeline.stage(position);
      if (entry.serves(lane) && now.pipeline.find(entry.name) == null) {
        addOfLink(ConnectionEvent.SERVICE_GONE, entry.name, entry.reason());
      }
    }
    if (old.isOpen() != now.isOpen()) {
      addOfLink(
          now.isOpen() ? ConnectionEvent.LINK_OPEN : ConnectionEvent.LINK_SHUT,
          String.join(", ", now.missing),
          "");
    }
  }

  /** VTL carries all again, because {@code why}. */
  void allFromKernel(String why) {
    addOfLink(ConnectionEvent.ALL_FROM_KERNEL, "", why);
  }

  private void addOfLink(ConnectionEvent event, String about, String more) {
    if (ofLink.size() == KEPT_OF_LINK) {
      ofLink.removeFirst();
      lostOfLink = true;
    }
    ofLink.addLast(new OfLink(lane.roundNanos(), event, about, more));
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** What is left of connection {@code id}: copies, which any thread may then put into words. */
  Extract read(long id) {
    List<EventRing.Entry> own = new ArrayList<>();
    early.read(id, own);
    int before = own.size();
    later.read(id, own);
    if (own.isEmpty()) {
      return new Extract(lane.now(), own, List.of(), false);
    }
    EventRing.Entry first = own.getFirst();
    EventRing.Entry last = own.getLast();
    boolean isOver = last.event().isEnd();
    boolean isWhole =
        first.event().isBeginning()
            && (own.size() > before
                ? own.get(before).event() == ConnectionEvent.ESTABLISHED
                : isOver || !later.lacks(first.nanos()))
            && !(lostOfLink && ofLink.getFirst().nanos() >= first.nanos());
    return new Extract(
        lane.now(), own, ofLink(first.nanos(), isOver ? last.nanos() : Long.MAX_VALUE), isWhole);
  }

  /** What happened to all after {@code from}, until {@code to}. */
  private List<OfLink> ofLink(long from, long to) {
    // It happens at the beginning of a round: what a connection has of the same time comes after.
    return ofLink.stream().filter(one -> one.nanos() > from && one.nanos() <= to).toList();
  }
}

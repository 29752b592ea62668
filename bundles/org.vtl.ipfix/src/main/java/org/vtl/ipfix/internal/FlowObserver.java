package org.vtl.ipfix.internal;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.ServiceContext;
import org.vtl.service.TapPoint;
import org.vtl.service.Verdict;

/**
 * The part of the export on the packets' path: of each connection it sees the first packet that
 * comes through all other services, and leaves; it hears of the end, and of what is dropped.
 */
final class FlowObserver implements PacketService, ConnectionListener, PacketTap {
  private final int capacity;
  private final LongSupplier wallMillis;
  private final List<Flows> all = new CopyOnWriteArrayList<>();
  private volatile String[] reasons = {};
  private volatile ServiceContext context;
  private Slot<Flow> flowSlot;
  private Slot<Flows[]> flowsSlot;
  private Counter exported;
  private Counter lost;
  private long countedLost;

  /**
   * An observer.
   *
   * @param capacity flows of a worker that may wait for the exporter
   * @param wallMillis the time, since 1970
   */
  FlowObserver(int capacity, LongSupplier wallMillis) {
    this.capacity = capacity;
    this.wallMillis = wallMillis;
  }

  @Override
  public void attach(ServiceContext given) {
    exported = given.counter("flows-exported", "Flow records sent to the collector.");
    lost = given.counter("flows-lost", "Flow records lost: the collector was away or too slow.");
    flowSlot = given.slot("flow", Flow::new, Flow::reset);
    flowsSlot = given.slot("flows", () -> new Flows[1], flows -> flows[0] = null);
    context = given;
  }

  @Override
  public void detach() {
    context = null;
  }

  // ---- on the workers --------------------------------------------------------------------------

  @Override
  public void connectionOpened(Connection connection) {
    flow(connection).toldNanos = context.nanoTime(); // the model knows it to an eighth of a second
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    if (connection.isTracked() && !packet.isLaterFragment()) {
      Flow flow = flow(connection);
      if (!flow.passed && packet.isIp()) {
        pass(flow, packet);
      }
      connection.leave(this);
    }
    return Verdict.CONTINUE;
  }

  private static void pass(Flow flow, Packet packet) {
    boolean out = packet.direction() == Direction.OUTBOUND;
    int source = Flows.sourcePort(packet);
    int destination = Flows.destinationPort(packet);
    flow.passed = true;
    flow.vmHigh = out ? packet.sourceHigh() : packet.destinationHigh();
    flow.vmLow = out ? packet.sourceLow() : packet.destinationLow();
    flow.networkHigh = out ? packet.destinationHigh() : packet.sourceHigh();
    flow.networkLow = out ? packet.destinationLow() : packet.sourceLow();
    flow.vmPort = out ? source : destination;
    flow.networkPort = out ? destination : source;
  }

  @Override
  public void connectionClosed(Connection connection) {
    Flow flow = flow(connection);
    flow.list.ended(flow);
    flow.list.remove(flow);
  }

  @Override
  public void seen(
      TapPoint point, Packet packet, Connection connection, Verdict verdict, Reason reason) {
    if (context == null) {
      return;
    }
    int code = reason == null ? 0 : known(reason);
    if (connection.isTracked()) {
      Flow flow = flow(connection);
      flow.dropped++;
      flow.reason = code;
    } else {
      flows(connection.link()).dropped(packet, code);
    }
  }

  private Flow flow(Connection connection) {
    Flow flow = connection.get(flowSlot);
    if (flow.list == null) {
      flow.connection = connection;
      flow.toldNanos = connection.openedNanos();
      flows(connection.link()).add(flow);
    }
    return flow;
  }

  private Flows flows(Link link) {
    Flows[] of = link.untracked().get(flowsSlot);
    if (of[0] == null) {
      long wall = TimeUnit.MILLISECONDS.toNanos(wallMillis.getAsLong()) - context.nanoTime();
      of[0] = new Flows(link.name(), capacity, wall);
      all.add(of[0]);
    }
    return of[0];
  }

  /** Remembers the reason's name for the exporter; once per reason. */
  private int known(Reason reason) {
    int code = reason.code();
    String[] now = reasons;
    if (code >= now.length || now[code] == null) {
      remember(code, reason.name());
    }
    return code;
  }

  private synchronized void remember(int code, String name) {
    String[] next = Arrays.copyOf(reasons, Math.max(reasons.length, code + 1));
    next[code] = name;
    reasons = next;
  }

  // ---- on the exporter's thread ----------------------------------------------------------------

  /** The flows of all workers so far. */
  List<Flows> all() {
    return all;
  }

  /** The name of the reason with {@code code}; empty for 0. */
  String reason(long code) {
    return code == 0 ? "" : reasons[(int) code];
  }

  /** Has workers tell of flows that go on and were not told of for so long. */
  void tellOfActive(long activeNanos) {
    ServiceContext present = context;
    if (present == null) {
      return;
    }
    for (Link link : present.links()) {
      link.execute(
          () -> {
            long now = present.nanoTime();
            flows(link).tell(now - activeNanos, now);
          });
    }
  }

  /** Counts records that were sent, and those that were lost meanwhile. */
  void count(long records) {
    if (context != null) {
      exported.add(records);
      long now = all.stream().mapToLong(flows -> flows.ring().lost()).sum();
      lost.add(now - countedLost);
      countedLost = now;
    }
  }
}

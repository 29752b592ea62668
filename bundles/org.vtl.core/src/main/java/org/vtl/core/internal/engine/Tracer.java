package org.vtl.core.internal.engine;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.vtl.connection.Connection;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketText;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketTap;
import org.vtl.service.TapPoint;
import org.vtl.service.Verdict;

/**
 * Follows packets through the pipeline as a tap: notes each stage's verdict and the bytes it
 * changed, and reports a packet when its fate is known. It costs while it runs, and nothing
 * otherwise.
 */
final class Tracer implements PacketTap, VtlRuntime.Tracing {
  private static final int MAX_CHANGES = 8;
  private static final int MAX_UNDER_WAY = 1_024;
  private static final HexFormat HEX = HexFormat.of();

  private final EngineCore engine;
  private final FlowFilter filter;
  private final Consumer<TraceEvent> each;
  private final AtomicInteger left;
  private final Map<Packet, Passage> underWay = new ConcurrentHashMap<>();

  /** One packet on its way. */
  private static final class Passage {
    final String text;
    final int length;
    final List<TraceEvent.Stage> stages = new ArrayList<>();
    byte[] bytes;

    Passage(Packet packet) {
      text = PacketText.of(packet);
      length = packet.length();
      bytes = copy(packet);
    }
  }

  Tracer(EngineCore engine, FlowFilter filter, int count, Consumer<TraceEvent> each) {
    this.engine = engine;
    this.filter = filter;
    this.each = each;
    this.left = new AtomicInteger(count);
  }

  @Override
  public boolean isDone() {
    return left.get() <= 0;
  }

  @Override
  public void close() {
    left.set(0);
    engine.removeTap(this);
    underWay.clear();
  }

  @Override
  public void seen(
      TapPoint point, Packet packet, Connection connection, Verdict verdict, Reason reason) {
    if (isDone()) {
      return;
    }
    Passage passage = underWay.get(packet);
    switch (point.kind()) {
      case ARRIVAL -> begin(packet, "arrival");
      case INJECTION -> begin(packet, "injected by " + point.stage());
      case SERVICE -> {
        if (passage != null) {
          passage.stages.add(
              new TraceEvent.Stage(point.stage(), verdict.name(), "", changes(passage, packet)));
          if (verdict == Verdict.TAKE) {
            end(point, packet, connection, passage, "TAKEN", false);
          }
        }
      }
      case DEPARTURE -> {
        if (passage != null) {
          passage.stages.add(new TraceEvent.Stage("departure", "", "", changes(passage, packet)));
          end(point, packet, connection, passage, "SENT", false);
        }
      }
      case DROP -> {
        if (passage != null) {
          passage.stages.add(
              new TraceEvent.Stage("drop", "DROP", reason == null ? "" : reason.name(), List.of()));
          end(point, packet, connection, passage, "DROPPED", true);
        }
      }
    }
  }

  private void begin(Packet packet, String where) {
    if (underWay.size() >= MAX_UNDER_WAY) {
      underWay.clear(); // packets that a service took and released without a word
    }
    Passage passage = new Passage(packet);
    passage.stages.add(new TraceEvent.Stage(where, "", "", List.of()));
    underWay.put(packet, passage);
  }

  private void end(
      TapPoint point,
      Packet packet,
      Connection connection,
      Passage passage,
      String fate,
      boolean dropped) {
    underWay.remove(packet);
    Lane lane = (Lane) connection.link();
    if (!filter.matches(
        new FlowFilter.Subject(lane, (TrackedConnection) connection, packet, dropped))) {
      return;
    }
    if (left.getAndDecrement() > 0) {
      each.accept(
          new TraceEvent(
              point.link(),
              packet.direction().name(),
              connection.id(),
              passage.text,
              passage.length,
              List.copyOf(passage.stages),
              fate));
    }
  }

  /**
   * The bytes changed since the last stage, run by run; the passage's copy is brought up to date.
   */
  private static List<String> changes(Passage passage, Packet packet) {
    byte[] now = copy(packet);
    byte[] before = passage.bytes;
    passage.bytes = now;
    List<String> changes = new ArrayList<>();
    int common = Math.min(before.length, now.length);
    int at = 0;
    while (at < common && changes.size() < MAX_CHANGES) {
      if (before[at] == now[at]) {
        at++;
        continue;
      }
      int end = at;
      while (end < common && before[end] != now[end]) {
        end++;
      }
      changes.add(at + ": " + HEX.formatHex(before, at, end) + " > " + HEX.formatHex(now, at, end));
      at = end;
    }
    if (before.length != now.length) {
      changes.add("length: " + before.length + " > " + now.length);
    }
    return changes;
  }

  private static byte[] copy(Packet packet) {
    return packet.memory().asSlice(packet.start(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }
}

package org.vtl.itests.firewall;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vtl.packet.Direction;
import org.vtl.testkit.Frames;

/** Plays traces to one firewall and notes what comes out. */
final class Playback {
  private static final int BATCH_MARKS = 20_000;
  private static final int MARKER = Mark.MOST;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final byte[] MARKER_OUT =
      Conversation.bytes(
          Frames.udp().from("10.1.255.254:9").to("10.2.255.254:9").payload("marker"));

  /** Bytes of a datagram that came out. */
  private record Range(int from, int to, Direction direction) {}

  private final Firewall firewall;
  private final List<List<Range>> passed = new ArrayList<>();
  private int expected;
  private boolean markerPassed;

  Playback(Firewall firewall) {
    this.firewall = firewall;
  }

  /** For each trace and each of its packets, whether it passed. */
  List<boolean[]> play(List<Trace> traces) throws IOException {
    List<boolean[]> verdicts = new ArrayList<>();
    int at = 0;
    while (at < traces.size()) {
      int end = at;
      int marks = 0;
      while (end < traces.size() && marks + datagrams(traces.get(end)) <= BATCH_MARKS) {
        marks += datagrams(traces.get(end));
        end++;
      }
      verdicts.addAll(batch(traces.subList(at, end), marks));
      at = end;
    }
    return verdicts;
  }

  private static int datagrams(Trace trace) {
    int most = 0;
    for (TracePacket packet : trace.packets()) {
      most = Math.max(most, packet.number() + 1);
    }
    return most;
  }

  private List<boolean[]> batch(List<Trace> traces, int marks) throws IOException {
    passed.clear();
    for (int i = 0; i <= marks; i++) {
      passed.add(new ArrayList<>(1));
    }
    expected = marks;
    int base = 1;
    for (Trace trace : traces) {
      for (TracePacket packet : trace.packets()) {
        byte[] marked = Mark.write(packet.datagram(), base + packet.number());
        firewall.arrive(packet.direction(), marked);
        collect();
      }
      firewall.rest();
      base += datagrams(trace);
    }
    awaitMarker();
    List<boolean[]> verdicts = new ArrayList<>();
    base = 1;
    for (Trace trace : traces) {
      boolean[] each = new boolean[trace.packets().size()];
      for (int i = 0; i < each.length; i++) {
        TracePacket packet = trace.packets().get(i);
        each[i] = hasPassed(packet, passed.get(base + packet.number()));
      }
      verdicts.add(each);
      base += datagrams(trace);
    }
    return verdicts;
  }

  private static boolean hasPassed(TracePacket packet, List<Range> ranges) {
    int from = Mark.from(packet.datagram());
    int to = Mark.to(packet.datagram());
    // A router may cut anew what it had put together, so a fragment is there in parts.
    boolean moved = true;
    while (from < to && moved) {
      moved = false;
      for (Range range : ranges) {
        if (range.direction == packet.direction() && range.from <= from && range.to > from) {
          from = range.to;
          moved = true;
        }
      }
    }
    return from >= to;
  }

  /** A packet that always passes comes last: what has not come out before it never will. */
  private void awaitMarker() throws IOException {
    markerPassed = false;
    firewall.arrive(Direction.OUTBOUND, Mark.write(MARKER_OUT, MARKER));
    long end = System.nanoTime() + PATIENCE_NANOS;
    do {
      collect();
      if (System.nanoTime() > end) {
        throw new IOException("The packet that ends a batch has not come out of the firewall.");
      }
    } while (!markerPassed);
    collect();
  }

  private void collect() {
    for (Direction direction : Direction.values()) {
      byte[] datagram = firewall.left(direction);
      while (datagram != null) {
        int mark = Mark.read(datagram);
        if (mark == MARKER) {
          markerPassed = true;
        } else if (mark > 0 && mark <= expected) {
          passed.get(mark).add(new Range(Mark.from(datagram), Mark.to(datagram), direction));
        }
        datagram = firewall.left(direction);
      }
    }
  }
}

package org.vtl.tcp.internal.relay;

import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.PacketText;
import org.vtl.packet.Parser;

/** Carries frames one way: with a delay, and losing or overtaking some by a seeded chance. */
final class Path implements AutoCloseable {
  /** Whether frames are shown: for who searches an error. */
  private static final boolean TRACES = Boolean.getBoolean("path.trace");

  private record Flight(long due, long number, byte[] frame) {}

  private final PriorityQueue<Flight> flights =
      new PriorityQueue<>(Comparator.comparingLong(Flight::due).thenComparingLong(Flight::number));
  private final PacketPool pool = new PacketPool(1);
  private final Packet arriving = pool.acquire();
  private final Random random;
  private final Consumer<Packet> to;
  private long number;

  /** Nanoseconds that each frame takes. */
  long delay;

  /** How many in 1,000 are lost, repeated, or come up to half a delay later. */
  int lost;

  int repeated;
  int late;

  /** Whether nothing gets through. */
  boolean cut;

  long sent;

  /** Is shown each frame before anything becomes of it. */
  Consumer<Packet> seen = frame -> {};

  /** How it is shown. */
  String name = "";

  Path(long seed, Consumer<Packet> to) {
    random = new Random(seed);
    this.to = to;
  }

  /** Takes a copy of {@code frame} on its way. */
  void send(Packet frame, long now) {
    sent++;
    seen.accept(frame);
    if (TRACES) {
      System.out.printf("%10.3f %s %s%n", now / 1e6, name, PacketText.of(frame));
    }
    if (cut || random.nextInt(1_000) < lost) {
      return;
    }
    int copies = random.nextInt(1_000) < repeated ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      boolean isLate = random.nextInt(1_000) < late;
      long extra = isLate ? random.nextLong(delay / 2 + 1_000_000) : 0;
      byte[] bytes = new byte[frame.length()];
      MemorySegment.copy(
          frame.memory(), frame.start(), MemorySegment.ofArray(bytes), 0, bytes.length);
      flights.add(new Flight(now + delay + extra, number++, bytes));
    }
  }

  /** Hands over what has arrived by {@code now}; how many frames that was. */
  int arrive(long now) {
    int count = 0;
    while (!flights.isEmpty() && flights.peek().due <= now) {
      byte[] bytes = flights.poll().frame;
      MemorySegment.copy(
          MemorySegment.ofArray(bytes), 0, arriving.memory(), Packet.HEADROOM, bytes.length);
      arriving.frame(Packet.HEADROOM, bytes.length);
      Parser.parse(arriving);
      to.accept(arriving);
      count++;
    }
    return count;
  }

  @Override
  public void close() {
    pool.close();
  }
}

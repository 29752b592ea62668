package org.vtl.tcp.internal.send;

import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.CongestionControl;
import org.vtl.tcp.internal.congestion.Cubic;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * A sender, a path that loses, doubles, delays and reorders, and a receiver as the RFCs would have
 * it: it acknowledges at once or each second segment, with SACK, D-SACK and timestamps. In virtual
 * time; timers are a millisecond coarse. Deterministic for a seed.
 *
 * <pre>{@code
 * SimulatedPath path = new SimulatedPath(7).roundTrip(50).loss(0.05);
 * path.transfer(1 << 20);
 * path.sender.timeouts();
 * }</pre>
 */
final class SimulatedPath implements Transmission, AutoCloseable {
  static final long MILLISECOND = 1_000_000L;
  static final int SEGMENT = 1448;

  private static final class Event implements Comparable<Event> {
    final long at;
    final long order;
    boolean acknowledgment;
    boolean doubled;
    long start;
    long end;
    boolean fin;
    int timestamp;
    boolean congestion;
    final Acknowledgment said = new Acknowledgment();

    Event(long at, long order) {
      this.at = at;
      this.order = order;
    }

    @Override
    public int compareTo(Event other) {
      return at != other.at ? Long.compare(at, other.at) : Long.compare(order, other.order);
    }
  }

  final Sender sender = new Sender();
  final ChunkPool pool = new ChunkPool(1 << 20);
  final ByteStream stream = new ByteStream();
  CongestionControl control = new Cubic();
  SendSettings settings = SendSettings.DEFAULT;
  int segmentSize = SEGMENT;
  int firstSequence = 1000;
  boolean sack = true;
  boolean timestamps = true;
  boolean ecn;
  boolean selectiveDuplicates = true;
  boolean delayedAcknowledgments;
  int largest = 1 << 16;
  long window = 1L << 30;

  private static final int FIRST_WINDOW = 1 << 16;
  private static final int LARGEST_WINDOW = 32 << 20;

  private final SplittableRandom random;
  private long memory; // of an endless source; 0 for none
  private boolean autotuned;
  private long roundCopied; // by the receiver's application in its last round trip
  private long roundFrom;
  private long roundAt;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private double loss;
  private double acknowledgmentLoss;
  private double doubling;
  private double reordering;
  private long reorderNanos;
  private double marking;
  private long roundTrip = 50 * MILLISECOND;
  private long bytesPerSecond = 1L << 40;
  private long buffer = Long.MAX_VALUE / 4;
  private long busyUntil;
  private long order;
  long now = 1_000 * MILLISECOND;

  // the receiver
  private long received;
  private final TreeMap<Long, Long> beyond = new TreeMap<>();
  private long lastLeft;
  private int recentTimestamp;
  private int unacknowledgedSegments;
  private boolean finReceived;
  private boolean echoing;

  // what happened
  long packets;
  long dropped;
  long needless; // segments that had arrived, though no path had doubled them
  long cwrs;
  long most; // in flight
  long largestBurst;
  private long burst;
  private long burstAt = -1;

  SimulatedPath(long seed) {
    random = new SplittableRandom(seed);
  }

  SimulatedPath roundTrip(long millis) {
    roundTrip = millis * MILLISECOND;
    return this;
  }

  SimulatedPath loss(double probability) {
    loss = probability;
    return this;
  }

  SimulatedPath acknowledgmentLoss(double probability) {
    acknowledgmentLoss = probability;
    return this;
  }

  SimulatedPath doubling(double probability) {
    doubling = probability;
    return this;
  }

  /** Delays this part of the segments by up to {@code millis} more. */
  SimulatedPath reordering(double probability, long millis) {
    reordering = probability;
    reorderNanos = millis * MILLISECOND;
    return this;
  }

  SimulatedPath marking(double probability) {
    marking = probability;
    ecn = true;
    return this;
  }

  /** The application has always more to send, and memory for so many bytes. */
  SimulatedPath endless(long memory) {
    this.memory = memory;
    return this;
  }

  /** The receiver's window begins with 64 KiB, and grows as Linux's does. */
  SimulatedPath autotuned() {
    autotuned = true;
    window = FIRST_WINDOW;
    roundCopied = 10 * SEGMENT;
    return this;
  }

  SimulatedPath rate(long bitsPerSecond, long bufferBytes) {
    bytesPerSecond = bitsPerSecond / 8;
    buffer = bufferBytes;
    return this;
  }

  void establish(long base) {
    long limit = memory > 0 ? memory : 1L << 40;
    stream.begin(pool.share(), limit, memory > 0 ? FIRST_WINDOW : 1L << 20);
    stream.advance(base);
    stream.release(base);
    received = base;
    sender.begin(this, stream, control, settings);
    sender.establish(
        firstSequence, base, segmentSize, sack, timestamps, ecn, window, roundTrip, now);
  }

  /** Sends {@code bytes} and a FIN, and runs until all is acknowledged. */
  void transfer(long bytes) {
    establish(0);
    stream.advance(bytes);
    stream.finish();
    sender.send(now);
    run(now + 7_200_000 * MILLISECOND);
    if (!sender.finAcknowledged() || !finReceived || received != bytes + 1) {
      throw new AssertionError("It did not complete: " + received + " of " + (bytes + 1));
    }
  }

  /** Sends without end for so long; returns the bytes that arrived in order. */
  long flow(long nanos) {
    establish(0);
    stream.advance(stream.edge());
    sender.send(now);
    run(now + nanos);
    return received;
  }

  /** Runs until {@code until}, or until nothing more can happen. */
  void run(long until) {
    while (true) {
      long deadline = sender.nextDeadline();
      if (deadline != Long.MAX_VALUE) {
        deadline = Math.max(now, (deadline + MILLISECOND - 1) / MILLISECOND * MILLISECOND);
      }
      long next = events.isEmpty() ? Long.MAX_VALUE : events.peek().at;
      if (sender.finAcknowledged() && events.isEmpty()) {
        return;
      }
      if (Math.min(deadline, next) > until) {
        now = Math.max(now, until);
        return;
      }
      if (next <= deadline) {
        now = next;
        happen(events.poll());
      } else {
        now = deadline;
        sender.expire(now);
      }
      if (sender.timedOut()) {
        return;
      }
      most = Math.max(most, sender.inFlight());
    }
  }

  private void happen(Event event) {
    if (event.acknowledgment) {
      sender.acknowledged(event.said, now);
      if (memory > 0) {
        stream.advance(stream.edge());
      }
      sender.send(now);
    } else {
      receive(event);
    }
  }

  @Override
  public boolean transmit(
      long offset, int length, int segment, int flags, boolean again, long now) {
    if (length > Math.max(largest, segment)) {
      throw new AssertionError("too long: " + length);
    }
    boolean fin = (flags & TcpHeader.FIN) != 0;
    if ((flags & TcpHeader.CWR) != 0) {
      cwrs++;
      echoing = false;
    }
    if (burstAt != now) {
      burstAt = now;
      burst = 0;
    }
    burst += length;
    largestBurst = Math.max(largestBurst, burst);
    long end = offset + length;
    long at = offset;
    do {
      long to = Math.min(at + segment, end);
      packet(at, to, fin && to == end, again);
      at = to;
    } while (at < end);
    return true;
  }

  private void packet(long start, long end, boolean fin, boolean again) {
    packets++;
    long queued = Math.max(0, busyUntil - now) / 1000 * bytesPerSecond / 1_000_000;
    if (queued > buffer || random.nextDouble() < loss) {
      dropped++;
      return;
    }
    busyUntil = Math.max(now, busyUntil) + (end - start) * 1_000_000_000L / bytesPerSecond;
    long arrival = busyUntil + roundTrip / 2;
    if (random.nextDouble() < reordering) {
      arrival += random.nextLong(reorderNanos);
    }
    boolean marked = ecn && !again && random.nextDouble() < marking;
    add(arrival, start, end, fin, false, marked);
    if (random.nextDouble() < doubling) {
      add(arrival + random.nextLong(MILLISECOND), start, end, fin, true, marked);
    }
  }

  private void add(
      long at, long start, long end, boolean fin, boolean doubled, boolean congestion) {
    Event event = new Event(at, order++);
    event.start = start;
    event.end = fin ? end + 1 : end;
    event.fin = fin;
    event.doubled = doubled;
    event.timestamp = timestamp(now);
    event.congestion = congestion;
    events.add(event);
  }

  private void receive(Event event) {
    echoing |= event.congestion;
    if (event.start <= received && Seq.atOrAfter(event.timestamp, recentTimestamp)) {
      recentTimestamp = event.timestamp; // RFC 7323 section 4.3
    }
    long from = event.start;
    long to = event.end;
    boolean had = to <= received || covers(from, to);
    boolean inOrder = from <= received && to > received && beyond.isEmpty();
    if (had) {
      needless += event.doubled ? 0 : 1;
    } else if (from <= received) {
      received = to;
    } else {
      insert(from, to);
    }
    while (!beyond.isEmpty() && beyond.firstKey() <= received) {
      received = Math.max(received, beyond.pollFirstEntry().getValue());
    }
    finReceived |= event.fin || stream.isFinished() && received > stream.end();
    unacknowledgedSegments++;
    if (autotuned && now - roundAt > roundTrip) {
      tune();
    }
    if (!delayedAcknowledgments || !inOrder || unacknowledgedSegments >= 2 || event.fin) {
      acknowledge(from, to, had);
    }
  }

  /** Twice what was read in a round trip, and more while that rises: tcp_rcvbuf_grow. */
  private void tune() {
    long copied = received - roundFrom;
    if (copied > roundCopied) {
      long wanted = 2 * copied + 16 * SEGMENT;
      wanted += 2 * (long) ((double) wanted * (copied - roundCopied) / roundCopied);
      if (!beyond.isEmpty()) {
        wanted += beyond.lastEntry().getValue() - received;
      }
      window = Math.max(window, Math.min(wanted, LARGEST_WINDOW));
      roundCopied = copied;
    }
    roundFrom = received;
    roundAt = now;
  }

  private boolean covers(long from, long to) {
    Map.Entry<Long, Long> entry = beyond.floorEntry(from);
    return entry != null && entry.getValue() >= to;
  }

  private void insert(long from, long to) {
    Map.Entry<Long, Long> entry = beyond.floorEntry(from);
    if (entry != null && entry.getValue() >= from) {
      from = entry.getKey();
      to = Math.max(to, entry.getValue());
    }
    while ((entry = beyond.ceilingEntry(from)) != null && entry.getKey() <= to) {
      to = Math.max(to, entry.getValue());
      beyond.remove(entry.getKey());
    }
    beyond.put(from, to);
    lastLeft = from;
  }

  private void acknowledge(long from, long to, boolean had) {
    unacknowledgedSegments = 0;
    if (random.nextDouble() < acknowledgmentLoss) {
      return;
    }
    Event event = new Event(now + roundTrip - roundTrip / 2, order++);
    event.acknowledgment = true;
    Acknowledgment said = event.said;
    said.number = number(received);
    said.window = window;
    said.updatesWindow = true;
    said.hasTimestamp = timestamps;
    said.timestampEcho = recentTimestamp;
    said.congestionEcho = echoing;
    if (sack) {
      if (had && selectiveDuplicates) {
        block(said, from, to);
      }
      Long first = beyond.containsKey(lastLeft) ? Long.valueOf(lastLeft) : null;
      if (first != null) {
        block(said, first, beyond.get(first));
      }
      for (Map.Entry<Long, Long> entry : beyond.descendingMap().entrySet()) {
        if (said.blocks == 3) {
          break;
        }
        if (!entry.getKey().equals(first)) {
          block(said, entry.getKey(), entry.getValue());
        }
      }
    }
    events.add(event);
  }

  private void block(Acknowledgment said, long from, long to) {
    said.left[said.blocks] = number(from);
    said.right[said.blocks++] = number(to);
  }

  int number(long offset) {
    return firstSequence + (int) offset;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return Math.max(largest, segmentSize);
  }

  @Override
  public int timestamp(long time) {
    return (int) (time / MILLISECOND) + 77;
  }

  @Override
  public void close() {
    pool.close();
  }
}

package org.vtl.service.firewall.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.vtl.metrics.Counter;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.RateBudget;

/**
 * The last packets that rules with {@code log} looked at: a ring of entries made beforehand, at
 * most so many a second, so that no flood costs memory, time or a disk. Workers write without a
 * lock and allocate nothing; anybody reads.
 */
public final class FirewallLog {
  private static final VarHandle WRITING;
  private static final VarHandle NUMBER;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      WRITING = lookup.findVarHandle(Entry.class, "writing", boolean.class);
      NUMBER = lookup.findVarHandle(Entry.class, "number", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** One packet as it was. */
  private static final class Entry {
    /** A worker is writing it. */
    private boolean writing;

    /** Of the packet whose values are whole; 0 while there is none. */
    private long number;

    long millis;
    String link;
    Direction direction;
    String rule;
    String prefix;
    String action;
    String state;
    long sourceMac;
    long destinationMac;
    int etherType;
    int vlan;
    boolean ip;
    int protocol;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    int detail;
    int length;

    void read(Packet packet) {
      direction = packet.direction();
      sourceMac = packet.ethernet().source();
      destinationMac = packet.ethernet().destination();
      etherType = packet.etherType();
      vlan = packet.vlanId();
      ip = packet.isIp();
      protocol = packet.protocol();
      length = packet.length();
      sourcePort = -1;
      destinationPort = -1;
      detail = -1;
      if (!ip) {
        return;
      }
      sourceHigh = packet.sourceHigh();
      sourceLow = packet.sourceLow();
      destinationHigh = packet.destinationHigh();
      destinationLow = packet.destinationLow();
      if (packet.isTcp()) {
        sourcePort = packet.tcp().sourcePort();
        destinationPort = packet.tcp().destinationPort();
        detail = packet.tcp().flags() & 0xff;
      } else if (packet.isUdp()) {
        sourcePort = packet.udp().sourcePort();
        destinationPort = packet.udp().destinationPort();
      } else if (packet.isIcmp() || packet.isIcmpv6()) {
        detail = packet.icmp().type() << 8 | packet.icmp().code();
      }
    }

    LogEntry copy(long number) {
      return new LogEntry(
          number,
          Instant.ofEpochMilli(millis),
          link,
          direction,
          rule,
          prefix,
          action,
          state,
          sourceMac,
          destinationMac,
          etherType,
          vlan,
          ip ? protocol : Protocol.NONE,
          ip ? Address.format(sourceHigh, sourceLow) : "",
          ip ? Address.format(destinationHigh, destinationLow) : "",
          sourcePort,
          destinationPort,
          detail,
          length);
    }
  }

  private final Entry[] ring;
  private final RateBudget budget;
  private final Counter suppressed;
  private final AtomicLong last = new AtomicLong();

  /**
   * An empty log.
   *
   * @param entries packets it holds, a power of two
   * @param perSecond packets it takes in a second; 0 for none
   * @param suppressed counts those it does not take
   */
  FirewallLog(int entries, int perSecond, Counter suppressed) {
    ring = new Entry[entries];
    for (int i = 0; i < entries; i++) {
      ring[i] = new Entry();
    }
    // A second's worth at once, but never so much that it overwrites itself in one go.
    budget = new RateBudget(perSecond, Math.clamp(perSecond, 1, entries));
    this.suppressed = suppressed;
  }

  /** Notes {@code packet}. Any worker; all texts must live as long as the log. */
  void add(Packet packet, String link, String rule, String prefix, String action, String state) {
    if (!budget.spend(packet.arrivalNanos())) {
      suppressed.increment();
      return;
    }
    long number = last.incrementAndGet();
    Entry entry = ring[(int) number & ring.length - 1];
    if (!WRITING.compareAndSet(entry, false, true)) {
      suppressed.increment(); // another worker has been writing it for a whole turn of the ring
      return;
    }
    NUMBER.setVolatile(entry, 0L);
    entry.read(packet);
    entry.millis = System.currentTimeMillis();
    entry.link = link;
    entry.rule = rule;
    entry.prefix = prefix;
    entry.action = action;
    entry.state = state;
    NUMBER.setRelease(entry, number);
    WRITING.setRelease(entry, false);
  }

  /** Number of the newest packet; 0 before the first. Any thread. */
  public long newest() {
    return last.get();
  }

  /** Packets that were not noted, since there were more than its rate. Any thread. */
  public long suppressed() {
    return suppressed.value();
  }

  /**
   * The packets after number {@code after} that are still there, at most the last {@code most}, the
   * oldest first. Any thread.
   */
  public List<LogEntry> after(long after, int most) {
    long newest = last.get();
    long from = Math.max(after, newest - Math.min(Math.max(most, 0), ring.length));
    List<LogEntry> entries = new ArrayList<>();
    for (long number = from + 1; number <= newest; number++) {
      Entry entry = ring[(int) number & ring.length - 1];
      if ((long) NUMBER.getAcquire(entry) != number) {
        continue;
      }
      LogEntry copy = entry.copy(number);
      VarHandle.acquireFence();
      if ((long) NUMBER.getOpaque(entry) == number) {
        entries.add(copy); // nobody began to write it meanwhile
      }
    }
    return entries;
  }
}

package org.vtl.bench.micro;

import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.Random;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.PolicyReader;
import org.vtl.service.firewall.internal.ruleset.LinkRules;
import org.vtl.service.firewall.internal.ruleset.RuleCounters;
import org.vtl.service.firewall.internal.ruleset.Ruleset;
import org.vtl.service.firewall.internal.ruleset.Subject;

/**
 * What rules of the firewall cost: to read and compile them, in memory, and to decide the first
 * packet of a connection. Every decision is timed by itself, the clock's own time included and
 * told. Every second packet is drawn from the values of one of the rules, the others from all there
 * are.
 */
public final class FirewallRules {
  private static final int LOOKUPS = 400_000;
  private static final int PACKETS = 1 << 15;

  private final Random random = new Random(11);
  private final int[][] rules;
  private long readNanos;

  private FirewallRules(String kind, int count) {
    rules = new int[count][];
    for (int i = 0; i < count; i++) {
      rules[i] =
          switch (kind) {
            case "hosts" -> host();
            case "prefixes" -> prefix(i);
            default -> ranges();
          };
    }
  }

  /**
   * Prints a table.
   *
   * @param words none
   */
  public static void main(String[] words) {
    System.out.println(
        "rules           count   read ms  compile ms   KiB  p50 ns  p99 ns  p99.9 ns  matched");
    for (String kind : new String[] {"hosts", "prefixes", "ranges"}) {
      for (int count : new int[] {10, 1_000, 10_000}) {
        new FirewallRules(kind, count).measure(kind);
      }
    }
    long[] clock = new long[LOOKUPS];
    for (int i = 0; i < LOOKUPS; i++) {
      long start = System.nanoTime();
      clock[i] = System.nanoTime() - start;
    }
    Arrays.sort(clock);
    System.out.printf("the clock alone%49d%8d%n", clock[LOOKUPS / 2], clock[LOOKUPS / 100 * 99]);
  }

  // A rule: first and last source, first and last destination, first and last port.

  /** A host may reach a port of another. */
  private int[] host() {
    int from = 0x0a000000 | random.nextInt(1 << 16);
    int to = 0xc0a80000 | random.nextInt(1 << 16);
    int port = 1 + random.nextInt(2000);
    return new int[] {from, from, to, to, port, port};
  }

  /** A network, different from all others, may be reached. */
  private int[] prefix(int i) {
    int bits = 18 + i % 13;
    int first = Integer.reverse(i) ^ 0x2d000000;
    first &= -1 << 32 - bits;
    return new int[] {0, -1, first, first | ~(-1 << 32 - bits), 0, 65_535};
  }

  /** Everything is a range of up to a tenth of all, so that each rule overlaps thousands. */
  private int[] ranges() {
    int from = random.nextInt();
    int to = random.nextInt();
    int port = random.nextInt(59_000);
    return new int[] {
      from,
      end(from, random.nextInt(1 << 29)),
      to,
      end(to, random.nextInt(1 << 29)),
      port,
      port + random.nextInt(6_500)
    };
  }

  private static int end(int from, int more) {
    return Integer.compareUnsigned(from + more, from) < 0 ? -1 : from + more;
  }

  private String text() {
    StringBuilder text = new StringBuilder("ct state established,related accept\n");
    for (int[] rule : rules) {
      text.append("ip saddr ")
          .append(range(rule[0], rule[1]))
          .append(" ip daddr ")
          .append(range(rule[2], rule[3]))
          .append(" tcp dport ")
          .append(rule[4])
          .append('-')
          .append(rule[5])
          .append(" ct state new accept\n");
    }
    return text.toString();
  }

  private static String range(int first, int last) {
    return first == 0 && last == -1
        ? "0.0.0.0/0"
        : Address.formatIpv4(first) + "-" + Address.formatIpv4(last);
  }

  /** The rules as they are read; their text must be gone before memory is weighed. */
  private Policy policy() {
    String text = text();
    long began = System.nanoTime();
    Policy policy = PolicyReader.read(text).policy();
    readNanos = System.nanoTime() - began;
    return policy;
  }

  private void measure(String kind) {
    Policy policy = policy();
    RuleCounters counters = new RuleCounters();
    long before = heap();
    long began = System.nanoTime();
    Ruleset ruleset = Ruleset.compile(policy, counters);
    long compiled = System.nanoTime() - began;
    long bytes = heap() - before;
    Reference.reachabilityFence(policy); // so that only what was compiled came to it
    LinkRules link = ruleset.link("vm1");
    Subject[] packets = new Subject[PACKETS];
    Arrays.setAll(packets, this::packet);
    lookups(link, packets);
    long[] nanos = lookups(link, packets);
    int matched = 0;
    for (Subject packet : packets) {
      matched += link.preview(packet, 0).isPolicy() ? 0 : 1;
    }
    System.out.printf(
        "%-10s %10d %9.1f %11.1f %5d %7d %7d %9d %7d%%%n",
        kind,
        rules.length,
        readNanos / 1e6,
        compiled / 1e6,
        bytes / 1024,
        nanos[LOOKUPS / 2],
        nanos[LOOKUPS / 100 * 99],
        nanos[LOOKUPS / 1000 * 999],
        100 * matched / PACKETS);
    Reference.reachabilityFence(counters);
  }

  private Subject packet(int i) {
    int[] rule = rules[random.nextInt(rules.length)];
    boolean drawn = i % 2 == 0;
    int from = drawn ? within(rule[0], rule[1]) : random.nextInt();
    int to = drawn ? within(rule[2], rule[3]) : random.nextInt();
    int port = drawn ? within(rule[4], rule[5]) : random.nextInt(65_536);
    return new Subject()
        .setIp(false, Protocol.TCP)
        .setAddresses(0, Packet.mapped(from), 0, Packet.mapped(to))
        .setPorts(1024 + random.nextInt(60_000), port)
        .setTcpFlags(2)
        .setLength(60)
        .setHops(64);
  }

  private int within(int first, int last) {
    return first + (int) random.nextLong((last - first & 0xffff_ffffL) + 1);
  }

  private static long[] lookups(LinkRules link, Subject[] packets) {
    long[] nanos = new long[LOOKUPS];
    for (int i = 0; i < LOOKUPS; i++) {
      Subject packet = packets[i & PACKETS - 1];
      long start = System.nanoTime();
      link.decide(packet, start);
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos;
  }

  /** Bytes in use once what is not needed is gone. */
  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return runtime.totalMemory() - runtime.freeMemory();
  }
}

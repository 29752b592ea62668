package org.vtl.service.firewall.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.metrics.Counter;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/** The ring of what rules logged. */
class FirewallLogTest {
  private final PacketPool pool = new PacketPool(4);
  private final Packet packet = pool.acquire();
  private final Tally suppressed = new Tally();

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aLineTellsWhatWasSeen() {
    FirewallLog log = new FirewallLog(16, 100, suppressed);
    Frames.tcp().from("192.0.2.1:4000").to("10.0.0.5:23").syn().build(packet);
    log.add(packet, "vm1", "no-telnet", "telnet", "drop", "new");
    Frames.icmp(8, 0).from("[2001:db8::1]").to("[2001:db8::2]").vlan(7).build(packet);
    log.add(packet, "vm1", "a", "", "accept", "new");
    log.add(Frames.udp().from("[2001:db8::1]:5").build(packet), "vm1", "b", "", "reject", "");
    log.add(Frames.arpRequest().build(packet), "vm1", "policy", "", "drop", "untracked");
    assertEquals(
        List.of(
            "drop outbound vm1 rule=no-telnet tcp 192.0.2.1:4000 > 10.0.0.5:23 flags=syn new"
                + " len=54 \"telnet\"",
            "accept outbound vm1 rule=a icmpv6 2001:db8::1 > 2001:db8::2 type=8 code=0 new vlan=7"
                + " len=66",
            "reject outbound vm1 rule=b udp [2001:db8::1]:5 > 10.0.0.2:80 len=62",
            "drop outbound vm1 rule=policy ether 0x0806 02:00:00:00:00:01 > 02:00:00:00:00:02"
                + " untracked len=42"),
        log.after(0, 10).stream().map(LogEntry::text).toList());
  }

  @Test
  void keepsTheLastAndSaysWhatWasLost() {
    FirewallLog log = new FirewallLog(8, 1_000, suppressed);
    for (int i = 1; i <= 20; i++) {
      packet.setArrivalNanos(i * 1_000_000_000L);
      add(log, i);
    }
    assertEquals(20, log.newest());
    assertEquals(List.of("13", "20"), ends(log.after(0, 100)));
    assertEquals(List.of("19", "20"), ends(log.after(18, 100)));
    assertEquals(List.of("18", "20"), ends(log.after(0, 3)));
    assertEquals(List.of(), log.after(20, 100));
    assertEquals(13, log.after(0, 100).getFirst().number());
  }

  @Test
  void takesNoMoreThanItsRate() {
    FirewallLog log = new FirewallLog(64, 10, suppressed);
    for (int i = 0; i < 1_000; i++) {
      add(log, i);
    }
    assertEquals(10, log.newest());
    assertEquals(990, log.suppressed());
    FirewallLog none = new FirewallLog(64, 0, new Tally());
    add(none, 1);
    assertEquals(0, none.newest());
  }

  @Test
  void writersAndReadersDoNotMix() throws InterruptedException {
    FirewallLog log = new FirewallLog(8, 1_000_000, suppressed);
    AtomicInteger running = new AtomicInteger(2);
    for (int thread = 0; thread < 2; thread++) {
      String name = thread == 0 ? "a" : "b";
      int port = 100 + thread;
      Packet own = pool.acquire();
      Frames.udp().from("10.0.0.1:" + port).to("10.0.0.2:" + port).build(own);
      Thread writer =
          new Thread(
              () -> {
                for (int i = 0; i < 100_000; i++) {
                  own.setArrivalNanos(i * 1_000_000L);
                  log.add(own, name, name, name, name, name);
                }
                running.decrementAndGet();
              });
      writer.start();
    }
    long read = 0;
    while (running.get() > 0 || read == 0) {
      for (LogEntry entry : log.after(0, 8)) {
        int port = entry.link().equals("a") ? 100 : 101;
        assertEquals(entry.link(), entry.state());
        assertEquals(entry.link(), entry.rule());
        assertEquals(port, entry.sourcePort());
        assertEquals(port, entry.destinationPort());
        read++;
      }
    }
    assertTrue(read > 0);
  }

  @Test
  void allocatesNothing() {
    FirewallLog log = new FirewallLog(64, 1_000_000, suppressed);
    Frames.tcp().syn().build(packet);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          packet.setArrivalNanos(packet.arrivalNanos() + 1_000_000);
          log.add(packet, "vm1", "rule", "", "drop", "new");
        });
  }

  private void add(FirewallLog log, int number) {
    long nanos = packet.arrivalNanos();
    Frames.udp().payload("x").build(packet);
    packet.setArrivalNanos(nanos);
    log.add(packet, "vm1", Integer.toString(number), "", "drop", "new");
  }

  private static List<String> ends(List<LogEntry> entries) {
    return List.of(entries.getFirst().rule(), entries.getLast().rule());
  }

  /** A counter of its own. */
  static final class Tally implements Counter {
    private final AtomicLong value = new AtomicLong();

    @Override
    public String name() {
      return "tally";
    }

    @Override
    public String description() {
      return "";
    }

    @Override
    public void add(long amount) {
      value.addAndGet(amount);
    }

    @Override
    public long value() {
      return value.get();
    }
  }
}

package org.vtl.service.firewall.internal.spoof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;
import org.vtl.service.firewall.internal.policy.Addresses;

/** What a link learns of its VM's addresses, from whom, how much, and what ends it. */
class LearningTest {
  private static final long HOUR = 3_600_000_000_000L;
  private static final int ACKNOWLEDGMENT = 5;

  private final Forge forge = new Forge();
  private final LinkAddresses own = new LinkAddresses("vm1", () -> {});
  private long now = 1_000 * HOUR;

  @AfterEach
  void close() {
    forge.close();
  }

  private Refusal check(Packet packet) {
    assertNull(packet.malformation());
    return AntiSpoofing.check(packet, own, now);
  }

  private Refusal sends(int address) {
    return check(forge.outbound().udp(address, 1, Forge.OTHER4, 2));
  }

  private Refusal sends(String address) {
    return check(forge.outbound().udp6(Address.parse(address), 1, Forge.OTHER6, 2));
  }

  private void answers(int messageType, long mac, int address) {
    byte[] message = Forge.dhcp(messageType, mac, address);
    assertNull(check(forge.inbound().udp(0x0a000001, 67, address, 68, message)));
  }

  private void announces(String prefix, int bits, int seconds) {
    byte[] body = Forge.bytes(new byte[8], Forge.prefix(prefix, bits, seconds));
    assertNull(check(forge.inbound().neighbor(Forge.ROUTER, Forge.ALL_NODES, 134, body)));
  }

  private List<String> texts() {
    return own.list().stream().map(AddressEntry::text).toList();
  }

  @Test
  void theFirstMacIsTheOne() {
    assertNull(check(forge.outbound().lldp()));
    assertEquals(Refusal.MAC, check(forge.outbound().mac(Forge.OTHER).lldp()));
    assertEquals(List.of("02:00:00:00:00:05"), texts());
    assertTrue(own.forgetMac(Forge.VM));
    assertNull(check(forge.outbound().mac(Forge.OTHER).lldp()));
  }

  @Test
  void fourIpv4AddressesByFirstUse() {
    for (int i = 1; i <= 4; i++) {
      assertNull(sends(0x0a000000 + i));
    }
    assertEquals(Refusal.SOURCE, sends(0x0a000005));
    assertNull(sends(0x0a000003));
    assertEquals(Refusal.ARP, check(forge.outbound().arp(1, Forge.VM, 0x0a000006, 1)));
    assertTrue(own.forget(Address.parse("10.0.0.2")));
    assertNull(sends(0x0a000005));
  }

  @Test
  void noneThatAnotherSpeaksFor() {
    assertNull(check(forge.inbound().arp(2, Forge.OTHER, 0x0a000001, Forge.VM4)));
    assertEquals(Refusal.SOURCE, sends(0x0a000001));
    assertEquals(Refusal.ARP, check(forge.outbound().arp(2, Forge.VM, 0x0a000001, 1)));
    now += HOUR / 10; // six minutes
    assertNull(sends(0x0a000001), "long not heard");
  }

  /** A VM that migrated here was heard from the network before. */
  @Test
  void whatTheVmItselfSpokeForIsItsOwn() {
    assertNull(check(forge.inbound().mac(Forge.VM).arp(1, Forge.VM, Forge.VM4, Forge.VM4)));
    byte[] target = Forge.bytes(Forge.VM6);
    assertNull(
        check(forge.inbound().mac(Forge.VM).neighbor(Forge.VM6, Forge.ALL_NODES, 136, target)));
    assertNull(sends(Forge.VM4));
    assertNull(sends("2001:db8::5"));
  }

  @Test
  void aRefusedPacketTeachesNothing() {
    assertEquals(Refusal.DHCP, check(forge.outbound().udp(Forge.VM4, 67, -1, 68)));
    byte[] forged = Forge.bytes(Forge.VM6, Forge.mac(2, Forge.OTHER));
    Packet claim = forge.outbound().neighbor(Forge.VM6, Forge.ALL_NODES, 136, forged);
    assertEquals(Refusal.NEIGHBOR, check(claim));
    assertEquals(List.of(), own.list());
  }

  @Test
  void aLeaseEndsFirstUse() {
    assertNull(check(forge.outbound().udp(0, 68, -1, 67)));
    answers(ACKNOWLEDGMENT, Forge.VM, Forge.VM4);
    assertNull(sends(Forge.VM4));
    assertEquals(Refusal.SOURCE, sends(0x0a000007));
    assertEquals(Origin.DHCP, own.list().getLast().origin());
  }

  @Test
  void onlyAnAcknowledgmentToThisVmIsALease() {
    assertNull(check(forge.outbound().udp(0, 68, -1, 67)));
    answers(2, Forge.VM, 0x0a000007); // an offer
    answers(ACKNOWLEDGMENT, Forge.OTHER, 0x0a000008);
    answers(ACKNOWLEDGMENT, Forge.VM, 0);
    byte[] cut = Arrays.copyOf(Forge.dhcp(ACKNOWLEDGMENT, Forge.VM, 1), 242);
    assertNull(check(forge.inbound().udp(0x0a000001, 67, Forge.VM4, 68, cut)));
    assertEquals(1, own.list().size());
    answers(ACKNOWLEDGMENT, Forge.VM, 0x0a000009);
    assertEquals(List.of("02:00:00:00:00:05", "10.0.0.9"), texts());
  }

  @Test
  void theLastFourLeasesCount() {
    assertNull(check(forge.outbound().lldp()));
    for (int i = 1; i <= 6; i++) {
      answers(ACKNOWLEDGMENT, Forge.VM, 0x0a000010 + i);
      answers(ACKNOWLEDGMENT, Forge.VM, 0x0a000010 + i);
    }
    assertEquals(
        List.of("02:00:00:00:00:05", "10.0.0.19", "10.0.0.20", "10.0.0.21", "10.0.0.22"), texts());
  }

  @Test
  void aLeaseOfDhcpv6IsTheVms() {
    assertNull(sends("fe80::5"));
    byte[] reply =
        Forge.bytes(
            new byte[] {7, 1, 2, 3},
            new byte[] {0, 3, 0, 40}, // IA_NA
            new byte[12],
            new byte[] {0, 5, 0, 24},
            Address.parse("2001:db8:1::77"),
            new byte[] {0, 0, 14, 16, 0, 0, 14, 16},
            new byte[] {0, 25, 0, 41}, // IA_PD
            new byte[12],
            new byte[] {0, 26, 0, 25, 0, 0, 14, 16, 0, 0, 14, 16, 56},
            Address.parse("2001:db8:2::"));
    assertNull(check(forge.inbound().udp6(Forge.ROUTER, 547, Forge.OTHER6, 546, reply)));
    assertEquals(2, own.list().size(), "not to this VM");
    assertNull(check(forge.inbound().udp6(Forge.ROUTER, 547, Forge.VM_LOCAL, 546, reply)));
    assertNull(sends("2001:db8:1::77"));
    assertNull(sends("2001:db8:2:ff::1"), "inside the delegated prefix");
    assertEquals(Refusal.SOURCE, sends("2001:db8:3::1"));
  }

  @Test
  void sixteenAddressesInsideAnAnnouncedPrefix() {
    announces("2001:db8:7::", 64, 3_600);
    for (int i = 1; i <= 16; i++) {
      now += 1_000_000_000;
      assertNull(sends("2001:db8:7::" + i));
    }
    assertEquals(Refusal.SOURCE, sends("2001:db8:7::17"));
    assertEquals(Refusal.SOURCE, sends("2001:db8:8::1"), "outside");
    now += HOUR;
    assertNull(sends("2001:db8:7::1"));
    assertNull(sends("2001:db8:7::17"), "the second was not used for an hour");
    assertFalse(texts().contains("2001:db8:7::2"));
    assertTrue(texts().contains("2001:db8:7::1"));
  }

  @Test
  void aPrefixTooShortOrWithdrawnAnnouncesNothing() {
    announces("::", 0, 3_600);
    announces("2000::", 3, 3_600);
    announces("fe80::", 64, 3_600);
    announces("ff02::", 64, 3_600);
    assertEquals(List.of(), own.prefixes());
    announces("2001:db8:7::", 64, 3_600);
    assertEquals(List.of("2001:db8:7::/64"), own.prefixes());
    announces("2001:db8:7::", 64, 0);
    assertEquals(List.of(), own.prefixes());
    for (int i = 1; i <= 9; i++) {
      announces("2001:db8:" + i + "::", 64, 3_600);
    }
    assertEquals(8, own.prefixes().size());
    assertEquals("2001:db8:9::/64", own.prefixes().getLast());
  }

  @Test
  void ipv6ByFirstUseWithoutRouters() {
    for (int i = 1; i <= 4; i++) {
      assertNull(sends("2001:db8::" + i));
      assertNull(sends("fe80::" + i));
    }
    assertEquals(Refusal.SOURCE, sends("2001:db8::5"));
    assertEquals(Refusal.SOURCE, sends("fe80::5"));
  }

  @Test
  void whatIsToldIsNotLearned() {
    own.tell(Forge.told("10.0.0.5", "10.7.0.0/24"), true);
    assertNull(sends(Forge.VM4));
    assertNull(sends(0x0a0700ff));
    assertEquals(Refusal.SOURCE, sends(0x0a070100));
    answers(ACKNOWLEDGMENT, Forge.VM, 0x0a000007);
    announces("2001:db8:7::", 64, 3_600);
    assertEquals(Refusal.SOURCE, sends(0x0a000007));
    assertEquals(Refusal.SOURCE, sends("2001:db8:7::1"));
    assertEquals(Refusal.SOURCE, sends("fe80::1"), "IPv4 alone was told");
    assertNull(check(forge.inbound().udp(0x0a0700fe, 1, Forge.VM4, 2)), "a neighbour's");
    assertEquals(
        Refusal.MAC, check(forge.outbound().mac(Forge.OTHER).lldp()), "the MAC is learned");
    assertEquals(List.of("02:00:00:00:00:05", "10.0.0.5", "10.7.0.0/24"), texts());
    assertThrows(IllegalStateException.class, () -> own.learn(Forge.OTHER6));
  }

  @Test
  void toldIpv6LeavesLinkLocalToBeLearned() {
    own.tell(Forge.told("2001:db8::/64"), true);
    assertNull(sends("2001:db8::1234"));
    assertNull(sends("fe80::5"));
    assertEquals(Refusal.SOURCE, sends("2001:db8:1::1"));
    assertEquals(Refusal.SOURCE, sends(Forge.VM4));
    own.tell(Forge.told("2001:db8::5", "fe80::1"), true);
    assertEquals(Refusal.SOURCE, sends("fe80::5"));
    own.tell(Addresses.NONE, true);
    assertNull(sends("fe80::5"), "learned before");
    assertNull(sends(Forge.VM4));
  }

  @Test
  void anOperatorTeachesAndForgets() {
    assertNull(check(forge.outbound().lldp()));
    answers(ACKNOWLEDGMENT, Forge.VM, Forge.VM4);
    own.learn(Address.parse("10.0.0.77"));
    own.learnMac(Forge.OTHER, false);
    assertNull(sends(0x0a00004d));
    assertNull(check(forge.outbound().mac(Forge.OTHER).lldp()));
    own.forget();
    assertEquals(List.of(), own.list());
    assertNull(sends(0x0a000008), "learned anew");
  }

  @Test
  void whatWasLearnedOutlivesTheBundle() {
    assertNull(check(forge.outbound().lldp()));
    announces("2001:db8:7::", 64, 3_600);
    for (int i = 1; i <= 16; i++) {
      assertNull(sends("2001:db8:7::" + i));
    }
    for (int i = 1; i <= 4; i++) {
      answers(ACKNOWLEDGMENT, Forge.VM, 0x0a000010 + i);
      assertNull(sends("fe80::5:" + i));
    }
    ByteBuffer bytes = ByteBuffer.allocate(1_024);
    own.save(bytes);
    bytes.flip();
    byte[] saved = new byte[bytes.remaining()];
    bytes.get(saved);

    LinkAddresses next = new LinkAddresses("vm1", () -> {});
    next.restore(ByteBuffer.wrap(saved), now);
    next.restore(ByteBuffer.wrap(saved), now); // by the link's second worker
    assertEquals(texts(), next.list().stream().map(AddressEntry::text).toList());
    assertEquals(own.prefixes(), next.prefixes());
    for (int cut = 0; cut < saved.length; cut++) {
      new LinkAddresses("vm1", () -> {}).restore(ByteBuffer.wrap(saved, 0, cut), now);
    }
    saved[0] = 99;
    LinkAddresses other = new LinkAddresses("vm1", () -> {});
    other.restore(ByteBuffer.wrap(saved), now);
    assertEquals(List.of(), other.list(), "of a version that is not known");
  }

  @Test
  void manyWorkersLearnNoMoreThanOne() throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    Thread[] workers = new Thread[4];
    for (int worker = 0; worker < workers.length; worker++) {
      int first = worker * 100;
      workers[worker] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      start.await();
                    } catch (InterruptedException e) {
                      return;
                    }
                    for (int i = 0; i < 100; i++) {
                      own.admit(0, Packet.mapped(0x0a000000 + first + i), Forge.VM, now);
                      own.admitMac(Forge.VM + first);
                    }
                  });
    }
    start.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    assertEquals(5, own.list().size());
  }
}

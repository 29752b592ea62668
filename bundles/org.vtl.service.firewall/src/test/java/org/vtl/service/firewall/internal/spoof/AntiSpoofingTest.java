package org.vtl.service.firewall.internal.spoof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.vtl.packet.Address;
import org.vtl.packet.Packet;

/** Each kind of forgery and the honest packet next to it, untagged and behind one and two tags. */
class AntiSpoofingTest {
  private record Case(String name, Refusal expected, Function<Forge, Packet> frame) {}

  private static final List<Case> CASES =
      List.of(
          // MAC
          ok("udp", f -> f.outbound().udp(Forge.VM4, 5555, Forge.OTHER4, 80)),
          no("mac", Refusal.MAC, f -> f.outbound().mac(Forge.OTHER).udp(Forge.VM4, 1, 2, 3)),
          no("mac 0", Refusal.MAC, f -> f.outbound().mac(0).udp(Forge.VM4, 1, 2, 3)),
          no("group mac", Refusal.MAC, f -> f.outbound().mac(Forge.MULTICAST).udp(1, 1, 2, 3)),
          no("mac of lldp", Refusal.MAC, f -> f.outbound().mac(Forge.OTHER).lldp()),
          ok("lldp", f -> f.outbound().lldp()),
          // ARP
          ok("arp request", f -> f.outbound().arp(1, Forge.VM, Forge.VM4, Forge.OTHER4)),
          ok("arp reply", f -> f.outbound().arp(2, Forge.VM, Forge.VM4, Forge.OTHER4)),
          ok("arp probe", f -> f.outbound().arp(1, Forge.VM, 0, Forge.VM4)),
          ok("arp announcement", f -> f.outbound().arp(1, Forge.VM, Forge.VM4, Forge.VM4)),
          no("arp mac", Refusal.ARP, f -> f.outbound().arp(2, Forge.OTHER, Forge.VM4, 1)),
          no("arp address", Refusal.ARP, f -> f.outbound().arp(2, Forge.VM, Forge.OTHER4, 1)),
          no(
              "arp claim",
              Refusal.ARP,
              f -> f.outbound().arp(1, Forge.VM, Forge.OTHER4, Forge.OTHER4)),
          no("arp reply of 0", Refusal.ARP, f -> f.outbound().arp(2, Forge.VM, 0, Forge.VM4)),
          no("arp probe mac", Refusal.ARP, f -> f.outbound().arp(1, Forge.OTHER, 0, Forge.VM4)),
          no("arp operation", Refusal.ARP, f -> f.outbound().arp(9, Forge.VM, Forge.VM4, 1)),
          no(
              "arp frame mac",
              Refusal.MAC,
              f -> f.outbound().mac(Forge.OTHER).arp(2, Forge.VM, Forge.VM4, 1)),
          // IPv4 sources
          no("source", Refusal.SOURCE, f -> f.outbound().udp(Forge.OTHER4, 1, Forge.VM4, 3)),
          no("loopback", Refusal.IMPOSSIBLE, f -> f.outbound().udp(0x7f000001, 1, 2, 3)),
          no("multicast", Refusal.IMPOSSIBLE, f -> f.outbound().udp(0xe0000001, 1, 2, 3)),
          no("broadcast", Refusal.IMPOSSIBLE, f -> f.outbound().udp(-1, 1, 2, 3)),
          no("this net", Refusal.IMPOSSIBLE, f -> f.outbound().udp(0x00000001, 1, 2, 3)),
          no("loopback in", Refusal.IMPOSSIBLE, f -> f.inbound().udp(0x7f000001, 1, Forge.VM4, 3)),
          ok("dhcp client", f -> f.outbound().udp(0, 68, -1, 67)),
          ok("dhcp client in", f -> f.inbound().udp(0, 68, -1, 67)),
          no("unspecified", Refusal.UNSPECIFIED, f -> f.outbound().udp(0, 68, Forge.OTHER4, 67)),
          no("unspecified port", Refusal.UNSPECIFIED, f -> f.outbound().udp(0, 1, -1, 67)),
          no("unspecified icmp", Refusal.UNSPECIFIED, f -> f.inbound().icmp(0, -1, 8)),
          // IPv4 roles
          no("dhcp server", Refusal.DHCP, f -> f.outbound().udp(Forge.VM4, 67, -1, 68)),
          no(
              "dhcp server port",
              Refusal.DHCP,
              f -> f.outbound().udp(Forge.VM4, 6767, Forge.OTHER4, 68)),
          no(
              "dhcp fragment",
              Refusal.DHCP,
              f ->
                  f.outbound()
                      .between(b -> b.fragment(0, true, 7))
                      .udp(Forge.VM4, 67, -1, 68, new byte[16])),
          ok("dhcp server in", f -> f.inbound().udp(Forge.OTHER4, 67, Forge.VM4, 68)),
          no("icmp redirect", Refusal.ROUTER, f -> f.outbound().icmp(Forge.VM4, Forge.OTHER4, 5)),
          no("icmp router", Refusal.ROUTER, f -> f.outbound().icmp(Forge.VM4, Forge.OTHER4, 9)),
          ok("echo", f -> f.outbound().icmp(Forge.VM4, Forge.OTHER4, 8)),
          // IPv4 options
          ok(
              "router alert",
              f -> f.outbound().between(Forge.options(148, 4, 0, 0)).udp(Forge.VM4, 1, 2, 3)),
          no(
              "loose route",
              Refusal.ROUTE,
              f ->
                  f.outbound()
                      .between(Forge.options(1, 131, 7, 4, 8, 8, 8, 8))
                      .udp(Forge.VM4, 1, 2, 3)),
          no(
              "strict route in",
              Refusal.ROUTE,
              f ->
                  f.inbound()
                      .between(Forge.options(137, 7, 4, 8, 8, 8, 8))
                      .udp(Forge.OTHER4, 1, Forge.VM4, 3)),
          no(
              "route behind a broken option",
              Refusal.ROUTE,
              f ->
                  f.outbound()
                      .between(Forge.options(7, 1, 131, 7, 4, 8, 8, 8, 8))
                      .udp(Forge.VM4, 1, 2, 3)),
          ok(
              "route behind the end",
              f ->
                  f.outbound()
                      .between(Forge.options(0, 131, 7, 4, 8, 8, 8, 8))
                      .udp(Forge.VM4, 1, 2, 3)),
          // IPv6 sources
          ok("udp6", f -> f.outbound().udp6(Forge.VM6, 5555, Forge.OTHER6, 80)),
          ok("link-local", f -> f.outbound().udp6(Forge.VM_LOCAL, 5555, Forge.ROUTER, 80)),
          no("source6", Refusal.SOURCE, f -> f.outbound().udp6(Forge.OTHER6, 5555, Forge.VM6, 80)),
          no(
              "other link-local",
              Refusal.SOURCE,
              f -> f.outbound().udp6(Forge.ROUTER, 1, Forge.OTHER6, 80)),
          no(
              "multicast6",
              Refusal.IMPOSSIBLE,
              f -> f.outbound().udp6(Forge.ALL_NODES, 1, Forge.VM6, 80)),
          no(
              "loopback6",
              Refusal.IMPOSSIBLE,
              f -> f.inbound().udp6(Address.parse("::1"), 1, Forge.VM6, 80)),
          no(
              "mapped",
              Refusal.IMPOSSIBLE,
              f -> f.outbound().udp6(Address.parse("::ffff:10.0.0.5"), 1, Forge.VM6, 80)),
          no(
              "compatible",
              Refusal.IMPOSSIBLE,
              f -> f.outbound().udp6(Address.parse("::10.0.0.5"), 1, Forge.VM6, 80)),
          no(
              "unspecified6",
              Refusal.UNSPECIFIED,
              f -> f.outbound().udp6(Forge.NONE, 1, Forge.OTHER6, 80)),
          no(
              "unspecified echo6",
              Refusal.UNSPECIFIED,
              f -> f.outbound().neighbor(Forge.NONE, Forge.OTHER6, 128)),
          // IPv6 roles
          no(
              "dhcp6 server",
              Refusal.DHCP,
              f -> f.outbound().udp6(Forge.VM_LOCAL, 547, Forge.OTHER6, 546)),
          no(
              "dhcp6 server port",
              Refusal.DHCP,
              f -> f.outbound().udp6(Forge.VM_LOCAL, 5, Forge.OTHER6, 546)),
          ok("dhcp6 client", f -> f.outbound().udp6(Forge.VM_LOCAL, 546, Forge.ALL_NODES, 547)),
          no(
              "advertisement",
              Refusal.ROUTER,
              f -> f.outbound().neighbor(Forge.VM_LOCAL, Forge.ALL_NODES, 134, new byte[8])),
          no(
              "redirect",
              Refusal.ROUTER,
              f -> f.outbound().neighbor(Forge.VM_LOCAL, Forge.ALL_NODES, 137, new byte[32])),
          no(
              "renumbering",
              Refusal.ROUTER,
              f -> f.outbound().neighbor(Forge.VM_LOCAL, Forge.ALL_NODES, 138, new byte[8])),
          ok(
              "advertisement in",
              f -> f.inbound().neighbor(Forge.ROUTER, Forge.ALL_NODES, 134, new byte[8])),
          no(
              "advertisement in, global",
              Refusal.NEIGHBOR,
              f -> f.inbound().neighbor(Forge.OTHER6, Forge.ALL_NODES, 134, new byte[8])),
          // Neighbor Discovery
          ok(
              "dad",
              f ->
                  f.outbound()
                      .neighbor(Forge.NONE, Forge.SOLICITED, 135, Forge.bytes(Forge.OTHER6))),
          no(
              "dad to one",
              Refusal.UNSPECIFIED,
              f -> f.outbound().neighbor(Forge.NONE, Forge.OTHER6, 135, Forge.bytes(Forge.VM6))),
          no(
              "dad with option",
              Refusal.UNSPECIFIED,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.NONE,
                          Forge.SOLICITED,
                          135,
                          Forge.bytes(Forge.VM6, Forge.mac(1, Forge.VM)))),
          ok("mld", f -> f.outbound().neighbor(Forge.NONE, Address.parse("ff02::16"), 143)),
          ok("first rs", f -> f.outbound().neighbor(Forge.NONE, Address.parse("ff02::2"), 133)),
          ok(
              "ns",
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.SOLICITED,
                          135,
                          Forge.bytes(Forge.OTHER6, Forge.mac(1, Forge.VM)))),
          no(
              "ns option",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.SOLICITED,
                          135,
                          Forge.bytes(Forge.OTHER6, Forge.mac(1, Forge.OTHER)))),
          no(
              "ns source",
              Refusal.SOURCE,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.ROUTER,
                          Forge.SOLICITED,
                          135,
                          Forge.bytes(Forge.OTHER6, Forge.mac(1, Forge.VM)))),
          no(
              "rs option",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM_LOCAL,
                          Address.parse("ff02::2"),
                          133,
                          Forge.mac(1, Forge.OTHER))),
          ok(
              "na",
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.ALL_NODES,
                          136,
                          Forge.bytes(Forge.VM6, Forge.mac(2, Forge.VM)))),
          no(
              "na target",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.ALL_NODES,
                          136,
                          Forge.bytes(Forge.ROUTER, Forge.mac(2, Forge.VM)))),
          no(
              "na option",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.ALL_NODES,
                          136,
                          Forge.bytes(Forge.VM6, Forge.mac(2, Forge.OTHER)))),
          no(
              "na second option",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.ALL_NODES,
                          136,
                          Forge.bytes(
                              Forge.VM6, Forge.mac(2, Forge.VM), Forge.mac(2, Forge.OTHER)))),
          no(
              "na option of 0",
              Refusal.NEIGHBOR,
              f ->
                  f.outbound()
                      .neighbor(
                          Forge.VM6,
                          Forge.ALL_NODES,
                          136,
                          Forge.bytes(Forge.VM6, 2, 0, new byte[6]))),
          no(
              "na hops",
              Refusal.NEIGHBOR,
              f ->
                  Forge.payload(
                          f.outbound().ipv6(Forge.VM6, Forge.ALL_NODES, 254).icmp(136, 0, 0),
                          Forge.bytes(Forge.VM6))
                      .finish()),
          no(
              "na hops in",
              Refusal.NEIGHBOR,
              f ->
                  Forge.payload(
                          f.inbound().ipv6(Forge.OTHER6, Forge.VM6, 64).icmp(136, 0, 0),
                          Forge.bytes(Forge.OTHER6))
                      .finish()),
          no(
              "na code",
              Refusal.NEIGHBOR,
              f ->
                  Forge.payload(
                          f.outbound().ipv6(Forge.VM6, Forge.ALL_NODES).icmp(136, 1, 0),
                          Forge.bytes(Forge.VM6))
                      .finish()),
          no(
              "na short",
              Refusal.NEIGHBOR,
              f -> f.outbound().neighbor(Forge.VM6, Forge.ALL_NODES, 136, new byte[8])),
          no(
              "na multicast target",
              Refusal.NEIGHBOR,
              f ->
                  f.inbound().neighbor(Forge.OTHER6, Forge.VM6, 136, Forge.bytes(Forge.ALL_NODES))),
          no(
              "inverse",
              Refusal.NEIGHBOR,
              f -> f.outbound().neighbor(Forge.VM6, Forge.ALL_NODES, 142, new byte[16])),
          // routing headers
          no(
              "type 0",
              Refusal.ROUTE,
              f -> f.outbound().between(Forge.routing(0, 1)).udp6(Forge.VM6, 1, Forge.OTHER6, 80)),
          no(
              "type 0 done",
              Refusal.ROUTE,
              f -> f.inbound().between(Forge.routing(0, 0)).udp6(Forge.OTHER6, 1, Forge.VM6, 80)),
          no(
              "type 4",
              Refusal.ROUTE,
              f -> f.outbound().between(Forge.routing(4, 1)).udp6(Forge.VM6, 1, Forge.OTHER6, 80)),
          ok(
              "type 2",
              f -> f.inbound().between(Forge.routing(2, 1)).udp6(Forge.OTHER6, 1, Forge.VM6, 80)),
          no(
              "second routing header",
              Refusal.ROUTE,
              f ->
                  f.outbound()
                      .between(
                          b -> {
                            Forge.routing(2, 1).accept(b);
                            Forge.routing(0, 1).accept(b);
                          })
                      .udp6(Forge.VM6, 1, Forge.OTHER6, 80)),
          // from the network
          ok("udp in", f -> f.inbound().udp(Forge.OTHER4, 80, Forge.VM4, 5555)),
          no(
              "own mac in",
              Refusal.OWN,
              f -> f.inbound().mac(Forge.VM).udp(Forge.OTHER4, 80, Forge.VM4, 5555)),
          no("own address in", Refusal.OWN, f -> f.inbound().udp(Forge.VM4, 80, Forge.VM4, 80)),
          no("own address6 in", Refusal.OWN, f -> f.inbound().udp6(Forge.VM6, 80, Forge.VM6, 80)),
          no(
              "own mac in arp",
              Refusal.OWN,
              f -> f.inbound().arp(2, Forge.VM, Forge.OTHER4, Forge.VM4)),
          ok("a conflict is heard", f -> f.inbound().arp(2, Forge.OTHER, Forge.VM4, Forge.VM4)),
          ok(
              "a conflict is heard 6",
              f -> f.inbound().neighbor(Forge.VM6, Forge.ALL_NODES, 136, Forge.bytes(Forge.VM6))),
          ok("arp in", f -> f.inbound().arp(1, Forge.OTHER, Forge.OTHER4, Forge.VM4)));

  private final Forge forge = new Forge();
  private final LinkAddresses own = new LinkAddresses("vm1", () -> {});

  static Stream<Arguments> cases() {
    return CASES.stream()
        .flatMap(
            each ->
                Stream.of(new int[0], new int[] {0}, new int[] {7, 0x2009})
                    .map(tags -> Arguments.of(each.name + " " + tags.length, each, tags)));
  }

  @AfterEach
  void close() {
    forge.close();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whereAddressesAreTold(String name, Case each, int[] tags) {
    own.tell(Forge.told("02:00:00:00:00:05", "10.0.0.5", "2001:db8::5", "fe80::5"), true);
    assertEquals(each.expected, check(each, tags), name);
  }

  /** What was learned from an honest start holds alike. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void whereAddressesWereLearned(String name, Case each, int[] tags) {
    forge.tags();
    AntiSpoofing.check(forge.inbound().arp(1, Forge.OTHER, Forge.OTHER4, Forge.VM4), own, 0);
    Packet claim =
        forge.inbound().neighbor(Forge.OTHER6, Forge.ALL_NODES, 136, Forge.bytes(Forge.OTHER6));
    AntiSpoofing.check(claim, own, 0);
    claim = forge.inbound().neighbor(Forge.ROUTER, Forge.ALL_NODES, 134, new byte[8]);
    AntiSpoofing.check(claim, own, 0);
    AntiSpoofing.check(forge.outbound().arp(1, Forge.VM, Forge.VM4, Forge.VM4), own, 0);
    AntiSpoofing.check(forge.outbound().udp6(Forge.VM6, 1, Forge.OTHER6, 2), own, 0);
    AntiSpoofing.check(forge.outbound().udp6(Forge.VM_LOCAL, 1, Forge.OTHER6, 2), own, 0);
    assertEquals(each.expected, check(each, tags), name);
  }

  private Refusal check(Case each, int[] tags) {
    Packet packet = each.frame.apply(forge.tags(tags));
    assertEquals(null, packet.malformation(), "the parser has not refused it already");
    return AntiSpoofing.check(packet, own, 1);
  }

  private static Case ok(String name, Function<Forge, Packet> frame) {
    return new Case(name, null, frame);
  }

  private static Case no(String name, Refusal refusal, Function<Forge, Packet> frame) {
    assertNotNull(refusal);
    return new Case(name, refusal, frame);
  }
}

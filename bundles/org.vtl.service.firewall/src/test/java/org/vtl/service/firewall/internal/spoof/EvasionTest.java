package org.vtl.service.firewall.internal.spoof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.vtl.packet.Address;
import org.vtl.packet.Bytes;
import org.vtl.packet.Malformation;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBuilder;
import org.vtl.packet.Parser;
import org.vtl.packet.Protocol;

/**
 * Ways around RA guard, DHCP snooping and ARP inspection: extension headers and fragments (RFC
 * 7113), LLC/SNAP and stacks of VLAN tags (CERT VU#855201).
 */
class EvasionTest {
  /** Headers that stand before the one that counts. */
  enum Cover {
    NONE(builder -> {}),
    HOP_BY_HOP(Forge.extension(Protocol.HOP_BY_HOP, 1)),
    DESTINATION(Forge.extension(Protocol.DESTINATION_OPTIONS, 1)),
    LONG_DESTINATION(Forge.extension(Protocol.DESTINATION_OPTIONS, 30)),
    MANY(
        builder -> {
          for (int i = 0; i < 8; i++) {
            Forge.extension(Protocol.DESTINATION_OPTIONS, 1).accept(builder);
          }
        }),
    MOBILE_ROUTE(Forge.routing(2, 1)),
    ATOMIC_FRAGMENT(builder -> builder.fragment(0, false, 5)),
    FIRST_FRAGMENT(builder -> builder.fragment(0, true, 5)),
    FRAGMENT_AND_OPTIONS(
        builder -> {
          builder.fragment(0, true, 5);
          Forge.extension(Protocol.DESTINATION_OPTIONS, 2).accept(builder);
        });

    final Consumer<PacketBuilder> headers;

    Cover(Consumer<PacketBuilder> headers) {
      this.headers = headers;
    }
  }

  private final Forge forge = new Forge();
  private final LinkAddresses own = new LinkAddresses("vm1", () -> {});

  static List<Cover> covers() {
    return List.of(Cover.values());
  }

  @BeforeEach
  void tell() {
    own.tell(Forge.told("02:00:00:00:00:05", "10.0.0.5", "2001:db8::5", "fe80::5"), true);
  }

  @AfterEach
  void close() {
    forge.close();
  }

  private Refusal check(Packet packet) {
    assertNull(packet.malformation());
    return AntiSpoofing.check(packet, own, 1);
  }

  @ParameterizedTest
  @MethodSource("covers")
  void noRoleIsHidden(Cover cover) {
    for (int[] tags : new int[][] {{}, {5}, {5, 6}}) {
      forge.tags(tags).outbound().between(cover.headers);
      assertEquals(
          Refusal.ROUTER, check(forge.neighbor(Forge.VM_LOCAL, Forge.ALL_NODES, 134, new byte[8])));
      assertEquals(
          Refusal.ROUTER,
          check(forge.neighbor(Forge.VM_LOCAL, Forge.ALL_NODES, 137, new byte[32])));
      byte[] forged = Forge.bytes(Forge.VM6, Forge.mac(2, Forge.OTHER));
      assertEquals(
          Refusal.NEIGHBOR, check(forge.neighbor(Forge.VM6, Forge.ALL_NODES, 136, forged)));
      assertEquals(Refusal.DHCP, check(forge.udp6(Forge.VM_LOCAL, 547, Forge.OTHER6, 546)));
      assertEquals(Refusal.SOURCE, check(forge.udp6(Forge.OTHER6, 1, Forge.VM6, 2)));
    }
  }

  /** Neighbor Discovery in fragments is nobody's to believe, true or not (RFC 6980). */
  @Test
  void neighborDiscoveryIsNeverFragmented() {
    for (Cover cover :
        List.of(Cover.ATOMIC_FRAGMENT, Cover.FIRST_FRAGMENT, Cover.FRAGMENT_AND_OPTIONS)) {
      byte[] honest = Forge.bytes(Forge.OTHER6);
      forge.inbound().between(cover.headers);
      assertEquals(Refusal.NEIGHBOR, check(forge.neighbor(Forge.OTHER6, Forge.VM6, 136, honest)));
      assertEquals(
          Refusal.NEIGHBOR, check(forge.neighbor(Forge.ROUTER, Forge.ALL_NODES, 134, new byte[8])));
    }
  }

  /** The type is in the second fragment: the first lacks the header chain (RFC 7112). */
  @Test
  void aFirstFragmentWithoutTheWholeChainIsMalformed() {
    forge
        .outbound()
        .between(
            builder -> {
              builder.fragment(0, true, 5);
              Forge.extension(Protocol.DESTINATION_OPTIONS, 2).accept(builder);
            });
    Packet packet = forge.ipv6(Forge.VM_LOCAL, Forge.ALL_NODES).protocol(58).finish();
    assertEquals(Malformation.FRAGMENT, packet.malformation());
    // Its second half, for what it is worth: the options' end, and an advertisement.
    forge.outbound().between(builder -> builder.fragment(16, false, 5));
    Packet second =
        Forge.payload(
                forge.ipv6(Forge.VM_LOCAL, Forge.ALL_NODES).protocol(60),
                Forge.bytes(134, new byte[15]))
            .finish();
    assertNull(check(second), "nothing is wrong with it alone");
    assertEquals(Refusal.FRAGMENT_UNMATCHED, new FragmentGuard().check(second, 1));
  }

  /** IP or ARP where it is not looked for. */
  @Test
  void nothingIsHiddenInSnapOrTags() {
    int[] inner = {0x0800, 0x0806, 0x86dd, 0x8100, 0x88a8};
    for (int type : inner) {
      for (int organization : new int[] {0, 0xf8}) {
        for (int[] tags : new int[][] {{}, {0}, {0, 0}}) {
          byte[] snap = {
            (byte) 0xaa, (byte) 0xaa, 3, 0, 0, (byte) organization, (byte) (type >> 8), (byte) type
          };
          forge.tags(tags).outbound();
          Packet packet = Forge.payload(forge.frame().etherType(50), snap).finish();
          assertEquals(Refusal.HIDDEN, check(packet));
          forge.inbound();
          packet = Forge.payload(forge.frame().etherType(50), snap).finish();
          assertEquals(Refusal.HIDDEN, check(packet));
        }
      }
    }
    forge.tags(0, 0).outbound();
    for (int tag : new int[] {0x8100, 0x88a8, 0x9100}) {
      byte[] third = {0, 0, 0x08, 0x06};
      Packet packet = Forge.payload(forge.frame().etherType(tag), third).finish();
      assertEquals(Refusal.HIDDEN, check(packet));
    }
  }

  /** Spanning tree and other frames of IEEE 802.2 are not IP; short ones neither. */
  @Test
  void otherFramesOf8023AreNotHidden() {
    byte[] spanningTree = new byte[38];
    spanningTree[0] = 0x42;
    spanningTree[1] = 0x42;
    spanningTree[2] = 3;
    forge.outbound();
    assertNull(check(Forge.payload(forge.frame().etherType(38), spanningTree).finish()));
    byte[] discovery = {(byte) 0xaa, (byte) 0xaa, 3, 0, 0, 0xc, 0x20, 0};
    assertNull(check(Forge.payload(forge.frame().etherType(8), discovery).finish()));
    assertNull(check(Forge.payload(forge.frame().etherType(2), new byte[2]).finish()));
  }

  /** The type field of the tag may be any that the parser takes for one. */
  @Test
  void serviceTagsAreTags() {
    for (int type : new int[] {0x88a8, 0x9100}) {
      forge.tags(5, 6).outbound().mac(Forge.VM);
      Packet packet = forge.udp(Forge.OTHER4, 1, Forge.VM4, 2);
      Bytes.setU16(packet.memory(), packet.start() + 12L, type);
      Parser.parse(packet);
      assertEquals(2, packet.vlanTags());
      assertEquals(Refusal.SOURCE, check(packet));
    }
  }

  @Test
  void aSegmentsHeadersMayNotLieEither() {
    Address address = Address.parse("::ffff:10.0.0.5");
    forge.outbound().between(Cover.LONG_DESTINATION.headers);
    Packet packet = forge.ipv6(address, Forge.OTHER6).tcp(1, 2, 3, 4, 2, 5).finish();
    assertEquals(Refusal.IMPOSSIBLE, check(packet));
  }
}

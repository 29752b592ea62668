package org.vtl.service.firewall.internal.spoof;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;

/** What several fragments show together, of IPv4 and of IPv6, behind VLAN tags as without. */
class FragmentGuardTest {
  private static final long SECOND = 1_000_000_000L;

  private final Forge forge = new Forge();
  private final FragmentGuard guard = new FragmentGuard();
  private long now = 5 * SECOND;

  @AfterEach
  void close() {
    forge.close();
  }

  /** A fragment of UDP; the first has its header as its first 8 bytes. */
  private Packet fragment(boolean ipv6, int id, int offset, int length, boolean more) {
    forge.inbound().between(builder -> builder.fragment(offset, more, id));
    var builder = ipv6 ? forge.ipv6(Forge.OTHER6, Forge.VM6) : forge.ipv4(Forge.OTHER4, Forge.VM4);
    if (offset == 0) {
      builder.udp(53, 5555);
      Forge.payload(builder, new byte[length - 8]);
    } else {
      Forge.payload(builder.protocol(Protocol.UDP), new byte[length]);
    }
    Packet packet = builder.finish();
    assertNull(packet.malformation());
    return packet;
  }

  /** As the firewall asks: the rules accept each first fragment. */
  private Refusal pass(Packet packet) {
    Refusal refusal = guard.check(packet, now);
    if (refusal == null && !packet.isLaterFragment()) {
      guard.accepted(packet, now);
    }
    return refusal;
  }

  private Refusal pass(boolean ipv6, int id, int offset, int length, boolean more) {
    return pass(fragment(ipv6, id, offset, length, more));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void inOrderAndOutOfOrder(boolean ipv6) {
    assertNull(pass(ipv6, 1, 0, 1_480, true));
    assertNull(pass(ipv6, 1, 1_480, 1_480, true));
    assertNull(pass(ipv6, 1, 2_960, 100, false));
    assertEquals(0, guard.size(), "complete, so forgotten");
    assertNull(pass(ipv6, 1, 0, 1_480, true), "the identification's next datagram");
    assertNull(pass(ipv6, 1, 2_960, 100, false));
    assertNull(pass(ipv6, 1, 1_480, 1_480, true));
    assertEquals(0, guard.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anOverlapRefusesTheRest(boolean ipv6) {
    forge.tags(5, 6);
    assertNull(pass(ipv6, 1, 0, 64, true));
    assertEquals(Refusal.FRAGMENT_OVERLAP, pass(ipv6, 1, 56, 64, true));
    assertEquals(Refusal.FRAGMENT_REFUSED, pass(ipv6, 1, 64, 64, false));
    assertEquals(Refusal.FRAGMENT_REFUSED, pass(ipv6, 1, 0, 64, true), "nor does it begin anew");
    assertNull(pass(ipv6, 2, 0, 64, true), "another datagram");
  }

  @Test
  void everyWayToOverlap() {
    int[][] overlaps = {
      {8, 64}, {56, 8 + 64}, {128 - 8, 16}, {120, 8 + 64}, {64, 128}, {64, 200}, {8, 400}
    };
    int id = 0;
    for (int[] each : overlaps) {
      id++;
      assertNull(pass(false, id, 0, 64, true));
      assertNull(pass(false, id, 128, 64, true));
      Refusal refusal = pass(false, id, each[0], each[1], true);
      boolean contained = each[0] + each[1] <= 64;
      assertEquals(
          contained ? Refusal.FRAGMENT_DUPLICATE : Refusal.FRAGMENT_OVERLAP,
          refusal,
          each[0] + "+" + each[1]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRepetitionIsRefusedAlone(boolean ipv6) {
    assertNull(pass(ipv6, 1, 0, 64, true));
    assertEquals(Refusal.FRAGMENT_DUPLICATE, pass(ipv6, 1, 0, 64, true));
    assertEquals(Refusal.FRAGMENT_DUPLICATE, pass(ipv6, 1, 0, 32, true), "with other ports, maybe");
    assertNull(pass(ipv6, 1, 64, 64, false));
  }

  /** A header hidden behind an extension in the fragmented part: the parser cannot see it. */
  @Test
  void aLaterFragmentCannotRewriteAHiddenTcpHeader() {
    forge
        .inbound()
        .between(
            builder -> {
              builder.fragment(0, true, 9);
              Forge.extension(Protocol.DESTINATION_OPTIONS, 1).accept(builder);
            });
    Packet first = forge.ipv6(Forge.OTHER6, Forge.VM6).tcp(5_000, 80, 1, 0, 2, 9).finish();
    assertTrue(first.isTcp());
    Refusal short8 = pass(first); // 28 bytes, no multiple of 8
    assertEquals(Refusal.FRAGMENT_SHAPE, short8);
    first =
        Forge.payload(forge.ipv6(Forge.OTHER6, Forge.VM6).tcp(5_000, 80, 1, 0, 2, 9), new byte[4])
            .finish();
    assertNull(pass(first));
    forge.inbound().between(builder -> builder.fragment(8, true, 9));
    Packet rewrites =
        Forge.payload(
                forge
                    .ipv6(Forge.OTHER6, Forge.VM6)
                    .protocol(Protocol.DESTINATION_OPTIONS), // what it says is not asked
                new byte[] {0x13, (byte) 0x88, 0, 22, 0, 0, 0, 1})
            .finish();
    assertNull(rewrites.malformation(), "alone it shows nothing");
    assertEquals(Refusal.FRAGMENT_DUPLICATE, pass(rewrites));
  }

  @Test
  void aLaterFragmentNeedsAFirstThatTheRulesAccepted() {
    assertEquals(Refusal.FRAGMENT_UNMATCHED, pass(false, 1, 64, 64, true));
    assertNull(guard.check(fragment(false, 2, 0, 64, true), now), "but the rules drop it");
    assertEquals(Refusal.FRAGMENT_REFUSED, pass(false, 2, 64, 64, true));
    assertNull(pass(false, 3, 0, 64, true));
    now += 31 * SECOND;
    assertEquals(Refusal.FRAGMENT_UNMATCHED, pass(false, 3, 64, 64, true));
  }

  @Test
  void datagramsAreTold() {
    assertNull(pass(false, 1, 0, 64, true));
    assertEquals(Refusal.FRAGMENT_UNMATCHED, pass(true, 1, 64, 64, true));
    forge.tags(9);
    assertEquals(Refusal.FRAGMENT_UNMATCHED, pass(false, 1, 64, 64, true));
    forge.tags();
    Packet other = fragment(false, 1, 64, 64, true);
    other.setDirection(org.vtl.packet.Direction.OUTBOUND);
    assertEquals(Refusal.FRAGMENT_UNMATCHED, pass(other));
  }

  @Test
  void lengthsThatNoDatagramHas() {
    assertEquals(Refusal.FRAGMENT_SHAPE, pass(false, 1, 0, 63, true), "no multiple of 8");
    assertEquals(Refusal.FRAGMENT_SHAPE, pass(true, 1, 0, 60, true));
    assertEquals(Refusal.FRAGMENT_SHAPE, pass(false, 1, 64, 0, false), "empty");
    for (boolean ipv6 : new boolean[] {false, true}) {
      assertNull(pass(ipv6, 2, 0, 64, true));
      // 65,528 and the header are more than 65,535, and IPv6 counts what is not fragmented
      int most = ipv6 ? 65_535 : 65_515;
      int offset = most / 8 * 8 - 8;
      assertNull(pass(ipv6, 2, offset, 8, true));
      assertNull(pass(ipv6, 2, offset + 8, most - offset - 8, false));
      assertNull(pass(ipv6, 3, 0, 64, true));
    }
    assertEquals(Refusal.FRAGMENT_SHAPE, pass(false, 3, 65_512, 8, true));
    assertEquals(Refusal.FRAGMENT_REFUSED, pass(false, 3, 64, 8, true));
  }

  @Test
  void contradictingEnds() {
    assertNull(pass(false, 1, 0, 64, true));
    assertNull(pass(false, 1, 128, 8, false));
    assertEquals(Refusal.FRAGMENT_OVERLAP, pass(false, 1, 136, 8, true), "behind the end");
    assertNull(pass(false, 2, 0, 64, true));
    assertNull(pass(false, 2, 128, 8, true));
    assertEquals(Refusal.FRAGMENT_OVERLAP, pass(false, 2, 64, 8, false), "ends before it");
    assertNull(pass(false, 3, 0, 64, true));
    assertNull(pass(false, 3, 128, 8, false));
    assertEquals(Refusal.FRAGMENT_OVERLAP, pass(false, 3, 72, 8, false), "two ends");
  }

  @Test
  void tooManyPieces() {
    assertNull(pass(false, 1, 0, 8, true));
    for (int i = 1; i < Datagram.MAX_APART; i++) {
      assertNull(pass(false, 1, 16 * i, 8, true));
    }
    assertEquals(Refusal.FRAGMENT_PIECES, pass(false, 1, 16 * Datagram.MAX_APART, 8, true));
    assertEquals(Refusal.FRAGMENT_REFUSED, pass(false, 1, 8, 8, true));
    for (int i = 0; i < Datagram.MAX_FRAGMENTS; i++) {
      assertNull(pass(false, 2, 8 * i, 8, true));
    }
    assertEquals(Refusal.FRAGMENT_PIECES, pass(false, 2, 8 * Datagram.MAX_FRAGMENTS, 8, true));
  }

  /** Random pieces: what passes is disjoint, and complete datagrams are forgotten. */
  @Test
  void whatPassesNeverOverlaps() {
    Random random = new Random(7);
    int completed = 0;
    for (int round = 0; round < 3_000; round++) {
      Datagram datagram = new Datagram();
      datagram.begin();
      BitSet passed = new BitSet();
      List<int[]> pieces = new ArrayList<>();
      int total = 8 * (2 + random.nextInt(24));
      for (int at = 0; at < total; ) {
        int length = Math.min(total - at, 8 * (1 + random.nextInt(4)));
        pieces.add(new int[] {at, at + length});
        at += length;
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        int from = 8 * random.nextInt(total / 8);
        pieces.add(new int[] {from, Math.min(total, from + 8 * (1 + random.nextInt(5)))});
      }
      Collections.shuffle(pieces, random);
      boolean whole = true;
      for (int[] piece : pieces) {
        Refusal refusal = datagram.add(piece[0], piece[1], piece[1] == total);
        int already = passed.get(piece[0], piece[1]).cardinality();
        if (refusal == null) {
          assertEquals(0, already, "round " + round);
          passed.set(piece[0], piece[1]);
        } else {
          assertTrue(already > 0, "round " + round + ": refused without an overlap");
          assertEquals(
              already == piece[1] - piece[0],
              refusal == Refusal.FRAGMENT_DUPLICATE,
              "round " + round);
          whole &= refusal == Refusal.FRAGMENT_DUPLICATE;
        }
        assertEquals(passed.cardinality() == total, datagram.isComplete());
      }
      completed += datagram.isComplete() && whole ? 1 : 0;
    }
    assertTrue(completed > 500, completed + " completed");
  }

  /** A million first fragments that the rules drop do not harm a datagram that they accepted. */
  @Test
  void aFloodHarmsNobody() {
    for (int i = 0; i < 200; i++) {
      assertNull(pass(true, i, 0, 64, true));
    }
    Random random = new Random(3);
    for (int i = 0; i < 100_000; i++) {
      int id = random.nextInt();
      forge.inbound().between(builder -> builder.fragment(0, true, id));
      Packet flood = forge.ipv4(random.nextInt() & 0x7fffffff | 1, Forge.VM4).udp(1, 2).finish();
      assertNull(guard.check(flood, now));
      now += 1_000;
    }
    int harmed = 0;
    for (int i = 0; i < 200; i++) {
      harmed += pass(true, i, 64, 64, false) == null ? 0 : 1;
    }
    assertEquals(0, harmed);
    assertTrue(guard.size() <= 4_096);
  }
}

package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FragmenterTest {
  private final PacketPool pool = new PacketPool(3);
  private final Packet whole = pool.acquire();
  private final Packet piece = pool.acquire();
  private final Packet smaller = pool.acquire();
  private final PacketBuilder builder = new PacketBuilder();
  private final Fragmenter fragmenter = new Fragmenter();

  @AfterEach
  void close() {
    pool.close();
  }

  private static MemorySegment bytes(int count) {
    byte[] bytes = new byte[count];
    new Random(count).nextBytes(bytes);
    return MemorySegment.ofArray(bytes);
  }

  private static byte[] data(Packet packet) {
    int from = packet.start() + packet.networkOffset() + packet.ipv4().headerLength();
    int length = packet.ipv4().totalLength() - packet.ipv4().headerLength();
    return packet.memory().asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
  }

  private void udp(int length, String options) {
    builder.into(whole).ethernet(1, 2).vlan(7).ipv4(3, 4, 9, 0x1234, false).trafficClass(0x28);
    if (!options.isEmpty()) {
      byte[] given = HexFormat.of().parseHex(options);
      builder.ipv4Options(MemorySegment.ofArray(given), 0, given.length);
    }
    builder.udp(5, 6).payload(bytes(length), 0, length).finish();
  }

  @ParameterizedTest
  @CsvSource({
    // payload, MTU, expected "offset+length flags" of each fragment
    "1473, 1500, 0+1480 more/1480+1",
    "1472, 1500, ''",
    "2952, 1500, 0+1480 more/1480+1480",
    "2953, 1500, 0+1480 more/1480+1480 more/2960+1",
    "3000, 1499, 0+1472 more/1472+1472 more/2944+64",
    "100, 68, 0+48 more/48+48 more/96+12",
  })
  void cutsAtMultiplesOfEight(int payload, int mtu, String expected) {
    udp(payload, "");
    StringBuilder got = new StringBuilder();
    if (fragmenter.begin(whole, mtu)) {
      int count = fragmenter.fragments();
      while (fragmenter.next(piece)) {
        count--;
        got.append(got.isEmpty() ? "" : "/").append(piece.fragmentOffset()).append('+');
        got.append(piece.ipv4().totalLength() - 20).append(piece.moreFragments() ? " more" : "");
        assertEquals(0x1234, piece.ipv4().identification());
        assertEquals(9, piece.ipv4().timeToLive());
        assertEquals(10, piece.ipv4().dscp());
        assertEquals(7, piece.vlanId());
        assertTrue(piece.ipv4().isChecksumRight());
      }
      assertEquals(0, count);
    }
    assertEquals(expected, got.toString());
  }

  @ParameterizedTest
  @CsvSource({
    // options of the packet, of the fragments after the first
    "07070400000000, ''", // record route is not copied
    "8303048207040000, 83030400", // loose source route is; what follows is no option
    "830304, 83030400",
    "0101940400000000, 94040000",
    "9404000007030483030a, 9404000083030a00",
    "8300, ''",
    "83ff, ''",
    "0194, ''",
  })
  void laterFragmentsRepeatTheCopiedOptions(String options, String copied) {
    udp(1000, options);
    assertTrue(fragmenter.begin(whole, 576));
    assertTrue(fragmenter.next(piece));
    assertEquals(whole.ipv4().headerLength(), piece.ipv4().headerLength());
    while (fragmenter.next(piece)) {
      byte[] got =
          piece
              .memory()
              .asSlice(
                  piece.start() + piece.networkOffset() + 20L, piece.ipv4().headerLength() - 20L)
              .toArray(ValueLayout.JAVA_BYTE);
      assertEquals(copied, HexFormat.of().formatHex(got));
      assertTrue(piece.ipv4().isChecksumRight());
      assertTrue(piece.ipv4().totalLength() <= 576);
    }
  }

  /** Also fragments of fragments, and whatever options: together they are the packet. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void thePiecesTogetherAreThePacket(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      byte[] options = new byte[random.nextInt(41)];
      random.nextBytes(options);
      udp(random.nextInt(60_000), HexFormat.of().formatHex(options));
      if (random.nextBoolean()) {
        whole.seal(true); // as a guest hands it over
      }
      int mtu = 68 + random.nextInt(3_000);
      int second = 68 + random.nextInt(mtu);
      boolean cut = fragmenter.begin(whole, mtu);
      assertEquals(whole.ipv4().totalLength() > mtu, cut);
      if (!cut) {
        continue;
      }
      byte[] joined = new byte[whole.ipv4().totalLength() - whole.ipv4().headerLength()];
      int filled = 0;
      boolean ended = false;
      Fragmenter again = new Fragmenter();
      while (fragmenter.next(piece)) {
        assertTrue(piece.ipv4().totalLength() <= mtu);
        if (again.begin(piece, second)) {
          while (again.next(smaller)) {
            assertTrue(smaller.ipv4().totalLength() <= second);
            filled += put(smaller, joined);
            ended |= !smaller.moreFragments();
          }
        } else {
          filled += put(piece, joined);
          ended |= !piece.moreFragments();
        }
      }
      assertTrue(ended);
      assertEquals(joined.length, filled);
      assertTrue(TestFrames.sumsRight(whole), "completed before it was cut");
      assertArrayEquals(data(whole), joined);
    }
  }

  private static int put(Packet from, byte[] into) {
    byte[] data = data(from);
    System.arraycopy(data, 0, into, from.fragmentOffset(), data.length);
    assertTrue(from.ipv4().isChecksumRight());
    return data.length;
  }

  @Test
  void leavesAloneWhatIsNotToBeCut() {
    builder.into(whole).ethernet(1, 2).ipv4(3, 4, 64, 1, true).udp(5, 6);
    builder.payload(bytes(3000), 0, 3000).finish();
    assertFalse(fragmenter.begin(whole, 1500), "DF");
    builder.into(whole).ethernet(1, 2).ipv6(3, 4, 5, 6, 64).udp(5, 6);
    builder.payload(bytes(3000), 0, 3000).finish();
    assertFalse(fragmenter.begin(whole, 1500), "IPv6");
    assertFalse(fragmenter.next(piece));
    assertEquals(0, fragmenter.fragments());
    assertThrows(IllegalArgumentException.class, () -> fragmenter.begin(whole, 67));
  }
}

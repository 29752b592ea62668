package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Address;
import org.vtl.tcp.policy.Prefix;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.VirtualClock;

/** Names keep their addresses, and no address ever stands for two names that somebody believes. */
class NameMapTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long LIFE = 3_600 * SECOND;

  private final VirtualClock clock = new VirtualClock();
  private final VirtualRange range = range("10.192.0.0/10");
  private final NameMap names = new NameMap(range, 4, LIFE, clock);

  private static VirtualRange range(String ipv4) {
    return new VirtualRange(Prefix.parse(ipv4), Prefix.parse("fd76:746c:746f::/48"));
  }

  private Address tell(NameMap map, String name, long seconds) {
    int number = map.map(HostName.of(name), seconds * SECOND);
    return number == NameMap.FULL ? null : range.address(number, false);
  }

  private String name(Address address) {
    return names.name(address.high(), address.low());
  }

  @Test
  void aNameHasOneAddressOfEachVersionWhateverItsCase() {
    Address ipv4 = names.map("www.Example.org", false);
    Address ipv6 = names.map("WWW.example.ORG.", true);
    assertEquals(ipv4, names.map("www.example.org", false));
    assertTrue(ipv4.isIpv4());
    assertEquals("www.example.org", name(ipv4));
    assertEquals("www.example.org", name(ipv6));
    assertEquals(1, names.size());
    assertEquals(0xfd76_746c_746f_0000L, ipv6.high());
    assertEquals(ipv4.ipv4() - (10 << 24 | 192 << 16), ipv6.low());
    assertNotEquals(ipv4, names.map("example.org", false));
  }

  @Test
  void everyAddressOfTheRangeIsCoveredAndTheOthersStandForNothing() {
    Address known = names.map("a.b", false);
    assertTrue(names.covers(0, 0xffff_0ac0_0000L), "the first, which is never given");
    assertTrue(names.covers(0, 0xffff_0aff_ffffL));
    assertFalse(names.covers(0, 0xffff_0abf_ffffL));
    assertFalse(names.covers(0, 0xffff_0b00_0000L));
    assertTrue(names.covers(0xfd76_746c_746f_ffffL, -1));
    assertFalse(names.covers(0xfd76_746c_7470_0000L, 1));
    assertNull(names.name(0xfd76_746c_746f_0001L, known.low() & 0x3f_ffff), "another subnet");
    assertNull(names.name(0xfd76_746c_746f_0000L, 0));
    assertNull(names.name(0xfd76_746c_746f_0000L, -1));
    assertNull(names.name(0, 0xffff_0ac0_0000L));
    assertNull(names.name(0, 0xffff_0aff_ffffL));
    assertNull(names.name(0, 0xffff_0a00_0001L));
    assertNull(names.hold(0, 0xffff_0ac0_0000L));
  }

  @Test
  void theNameUnusedForLongestMakesRoomButNoneThatIsBelieved() {
    Address a = tell(names, "a.x", 60);
    Address b = tell(names, "b.x", 60);
    tell(names, "c.x", 60);
    tell(names, "d.x", 60);
    assertNull(tell(names, "e.x", 60), "all have just been told");
    assertEquals(a, tell(names, "a.x", 60));
    clock.advance(60 * SECOND);
    Address e = tell(names, "e.x", 60);
    assertNotEquals(b, e);
    assertEquals("e.x", name(e));
    assertNull(name(b), "the address of who was forgotten stands for nobody else");
    assertNull(names.hold(b.high(), b.low()));
    assertEquals("a.x", name(a), "used after b");
    assertEquals(4, names.size());
    Set<String> left = new HashSet<>();
    names.entries(10).forEach(mapping -> left.add(mapping.name()));
    assertEquals(Set.of("a.x", "c.x", "d.x", "e.x"), left);
    assertEquals("e.x", names.entries(1).getFirst().name());
  }

  @Test
  void whatAConnectionHoldsStays() {
    Address a = tell(names, "a.x", 1);
    assertEquals("a.x", names.hold(a.high(), a.low()));
    assertEquals("a.x", names.hold(a.high(), a.low()));
    clock.advance(2 * LIFE);
    for (int i = 0; i < 20; i++) {
      assertNotNull(tell(names, "n" + i + ".x", 1));
      clock.advance(SECOND);
      assertEquals("a.x", name(a));
    }
    assertEquals(2, names.entries(1).getFirst().connections());
    names.release(a.high(), a.low());
    clock.advance(2 * LIFE);
    tell(names, "more.x", 1);
    assertEquals("a.x", name(a), "one holds it still");
    names.release(a.high(), a.low());
    names.release(a.high(), a.low());
    assertEquals("a.x", name(a), "as if it had just been used");
    clock.advance(LIFE + 1);
    assertNull(name(a));
    assertEquals(0, names.entries(9).size());
  }

  @Test
  void allHeldMeansFullForEver() {
    for (String name : new String[] {"a.x", "b.x", "c.x", "d.x"}) {
      Address address = tell(names, name, 1);
      names.hold(address.high(), address.low());
    }
    clock.advance(10 * LIFE);
    assertNull(tell(names, "e.x", 1));
    assertNull(names.map("e.x", false));
    assertEquals(4, names.size());
  }

  @Test
  void unusedNamesAreForgottenAndTheirPlacesUsedAgain() {
    Address a = tell(names, "a.x", 60);
    tell(names, "b.x", 60);
    clock.advance(LIFE + 1);
    assertNull(name(a));
    tell(names, "c.x", 60);
    assertEquals(1, names.size());
    for (String name : new String[] {"d.x", "e.x", "f.x"}) {
      assertNotNull(tell(names, name, 60), name);
    }
    assertNull(tell(names, "g.x", 60));
  }

  @Test
  void anAddressComesBackAsLateAsTheRangeAllows() {
    VirtualRange small = range("10.192.0.0/24"); // 254 addresses, 63 for each of 4 places
    NameMap map = new NameMap(small, 4, LIFE, clock);
    Map<Integer, Integer> last = new HashMap<>();
    for (int i = 0; i < 2_000; i++) {
      int number = map.map(HostName.of("n" + i + ".x"), 0);
      assertTrue(number >= 0 && number < 254);
      Integer before = last.put(number, i);
      if (before != null) {
        assertTrue(i - before >= 4 * 63, number + " after " + (i - before) + " names");
      }
      clock.advance(1);
    }
    assertEquals(4 * 63, last.size(), "all but the odd ones are used");
  }

  @Test
  void addressesOfAnotherRunAreOthers() {
    Set<Address> seen = new HashSet<>();
    for (int i = 0; i < 8; i++) {
      seen.add(new NameMap(range, 4_096, LIFE, clock).map("a.x", false));
    }
    assertTrue(seen.size() > 4, seen.toString());
  }

  @Test
  void aFloodOfNamesGrowsNothing() {
    NameMap map = new NameMap(range, 1_000, LIFE, clock);
    int full = 0;
    for (int i = 0; i < 20_000; i++) {
      full += tell(map, "flood" + i + ".x", 60) == null ? 1 : 0;
    }
    assertEquals(19_000, full);
    assertEquals(1_000, map.size());
    AllocationProbe.assertNone(10_000, new Probe(map));
  }

  /** Asks for a name that is mapped, one for which there is no room, and an address. */
  private static final class Probe implements Runnable {
    final NameMap map;
    final HostName known = HostName.of("flood1.x");
    final HostName unknown = HostName.of("unknown.x");

    Probe(NameMap map) {
      this.map = map;
    }

    @Override
    public void run() {
      int number = map.map(known, 60 * SECOND);
      assertEquals(NameMap.FULL, map.map(unknown, 60 * SECOND));
      long low = map.range().ipv6Low(number);
      assertNotNull(map.hold(map.range().ipv6High(), low));
      map.release(map.range().ipv6High(), low);
    }
  }

  /** Against a model: whatever is done, a believed or held address keeps its name. */
  @Test
  void neverTwoNamesForOneAddress() {
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      VirtualRange small = range("10.192.0.0/27");
      NameMap map = new NameMap(small, 8, 100 * SECOND, clock);
      Map<Integer, String> believed = new HashMap<>();
      Map<Integer, Long> until = new HashMap<>();
      Map<Integer, Integer> held = new HashMap<>();
      for (int i = 0; i < 5_000; i++) {
        long now = clock.nanos();
        believed.keySet().removeIf(number -> until.get(number) <= now && !held.containsKey(number));
        int choice = random.nextInt(10);
        if (choice < 6) {
          String name = "n" + random.nextInt(30) + ".x";
          long told = random.nextInt(20) * SECOND;
          int number = map.map(HostName.of(name), told);
          if (number != NameMap.FULL) {
            String before = believed.put(number, name);
            assertTrue(before == null || before.equals(name), "seed " + seed + " step " + i);
            until.merge(number, now + told, Math::max);
          }
        } else if (choice < 8 && !believed.isEmpty()) {
          int number = believed.keySet().iterator().next();
          String name = map.hold(0, low(small, number));
          assertEquals(believed.get(number), name, "seed " + seed + " step " + i);
          held.merge(number, 1, Integer::sum);
        } else if (!held.isEmpty()) {
          int number = held.keySet().iterator().next();
          map.release(0, low(small, number));
          held.computeIfPresent(number, (key, count) -> count == 1 ? null : count - 1);
          until.put(number, now);
        }
        assertTrue(map.size() <= 8);
        clock.advance(random.nextLong(2 * SECOND));
      }
    }
  }

  private static long low(VirtualRange range, int number) {
    return range.address(number, false).low();
  }

  @Test
  void aSuccessorGoesOnWithTheSameAddresses() {
    NameMap before = new NameMap(range, 100, LIFE, clock);
    Map<String, Address> told = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      told.put("name" + i + ".example", before.map("name" + i + ".example", false));
    }
    Address held = told.get("name9.example");
    before.hold(held.high(), held.low());
    NameMap after = new NameMap(range, 100, LIFE, clock);
    int skip = 0;
    for (int i = 0; i < 10; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(200);
      skip += before.save(skip, bytes);
      after.restore(bytes.flip(), 60 * SECOND);
    }
    assertEquals(60, skip);
    told.forEach((name, address) -> assertEquals(address, after.map(name, false), name));
    assertEquals(60, after.size());
    assertEquals("name0.example", name(after, told.get("name0.example")));

    ByteBuffer first = ByteBuffer.allocate(9 + 5 + 13);
    assertEquals(1, before.save(0, first));
    NameMap small = new NameMap(range, 100, LIFE, clock);
    small.restore(first.flip(), 0);
    assertEquals("name9.example", name(small, held), "what is held comes first");

    Address one = told.get("name7.example");
    ByteBuffer bytes = ByteBuffer.allocate(100);
    assertTrue(before.save(one.high(), one.low(), bytes));
    NameMap third = new NameMap(range, 100, LIFE, clock);
    third.restore(bytes.flip(), 0);
    assertEquals("name7.example", third.hold(one.high(), one.low()));
    assertFalse(before.save(0, 0, ByteBuffer.allocate(100)));
    assertFalse(before.save(one.high(), one.low(), ByteBuffer.allocate(20)));
  }

  private static String name(NameMap map, Address address) {
    return map.name(address.high(), address.low());
  }

  @Test
  void anotherRangeTakesNothingOver() {
    names.map("a.x", false);
    ByteBuffer bytes = ByteBuffer.allocate(100);
    assertEquals(1, names.save(0, bytes));
    NameMap other = new NameMap(range("10.128.0.0/10"), 4, LIFE, clock);
    other.restore(bytes.flip(), 0);
    assertEquals(0, other.size());
  }

  @Test
  void hostileStateBreaksNothing() {
    SplittableRandom random = new SplittableRandom(7);
    names.map("a.x", false);
    ByteBuffer good = ByteBuffer.allocate(100);
    names.save(0, good);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = Arrays.copyOf(good.array(), 10 + random.nextInt(60));
      for (int j = random.nextInt(4); j >= 0; j--) {
        bytes[9 + random.nextInt(bytes.length - 9)] = (byte) random.nextInt();
      }
      NameMap map = new NameMap(range, 4, LIFE, clock);
      map.restore(ByteBuffer.wrap(bytes), 60 * SECOND);
      assertTrue(map.size() <= 4);
      map.entries(9);
      map.map("b.x", true);
    }
  }

  @Test
  void whatCannotBeARangeIsSaid() {
    assertThrows(IllegalArgumentException.class, () -> range("10.0.0.0/30"));
    assertThrows(IllegalArgumentException.class, () -> range("::/8"));
    Prefix ipv4 = Prefix.parse("10.192.0.0/10");
    assertThrows(IllegalArgumentException.class, () -> new VirtualRange(ipv4, ipv4));
    assertThrows(
        IllegalArgumentException.class, () -> new VirtualRange(ipv4, Prefix.parse("fd00::/104")));
    assertThrows(IllegalArgumentException.class, () -> new NameMap(range, 0, LIFE, clock));
  }
}

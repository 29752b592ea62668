package org.vtl.tcp.internal.relay;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever happens to a relay and when: each byte arrives once, or its end hears of it. */
class ChaosTest {
  @ParameterizedTest
  @CsvSource({
    // seed, bytes of memory for relays, connections, at once
    "1, 67108864, 150, 20",
    "2, 67108864, 150, 40",
    "3, 1048576, 120, 30",
    "4, 524288, 80, 40",
  })
  void bytesArriveOnceOrTheirEndHearsOfIt(long seed, long memory, int count, int atOnce) {
    try (Crowd crowd = new Crowd(seed, memory, Set.of())) {
      crowd.run(count, atOnce);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "5, TWO_WORKERS",
    "6, VLAN",
    "7, IPV6",
    "8, FIREWALLS",
    "9, FULL_TABLE",
    "10, LINK_CLOSES",
    "11, VLAN IPV6 FIREWALLS TWO_WORKERS LINK_CLOSES",
    "12, IPV6 FULL_TABLE TWO_WORKERS",
  })
  void whateverElseThereIs(long seed, String circumstances) {
    Set<Crowd.Circumstance> all = EnumSet.noneOf(Crowd.Circumstance.class);
    for (String one : circumstances.split(" ")) {
      all.add(Crowd.Circumstance.valueOf(one));
    }
    try (Crowd crowd = new Crowd(seed, 16 << 20, all)) {
      crowd.run(100, 30);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {13, 14})
  void whenTheBundleIsStopped(long seed) throws InterruptedException {
    try (Crowd crowd = new Crowd(seed, 16 << 20, Set.of())) {
      crowd.runAndStop(100, 30);
    }
  }
}

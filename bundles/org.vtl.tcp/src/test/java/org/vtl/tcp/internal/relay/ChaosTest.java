package org.vtl.tcp.internal.relay;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    try (Crowd crowd = new Crowd(seed, memory)) {
      crowd.run(count, atOnce);
    }
  }
}

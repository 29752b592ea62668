package org.vtl.tcp.internal.relay;

import java.security.SecureRandom;
import org.vtl.packet.Packet;

/**
 * Initial sequence numbers and timestamps of endpoints that stand in for nobody: a clock, from a
 * place that only who knows the keys can tell for a pair of addresses and ports (RFC 6528 section
 * 3, RFC 7323 section 5.4). The hash is SipHash-2-4. Any thread.
 */
final class InitialNumbers {
  /** RFC 9293 section 3.4.1: one number every 4 microseconds. */
  private static final int NANOS_PER_NUMBER = 4_096;

  private static final int WORDS = 5;

  private final long key0;
  private final long key1;

  /** Ones with keys of their own. */
  InitialNumbers() {
    SecureRandom random = new SecureRandom();
    key0 = random.nextLong();
    key1 = random.nextLong();
  }

  /** The number with which {@code syn} is answered. */
  int sequence(Packet syn, long now) {
    return (int) place(syn) + (int) (now / NANOS_PER_NUMBER);
  }

  /** What is added to the clock that stamps the answer to {@code syn}. */
  int timestampOffset(Packet syn) {
    return (int) (place(syn) >>> 32);
  }

  private long place(Packet syn) {
    long ports = (long) syn.tcp().sourcePort() << 16 | syn.tcp().destinationPort();
    return hash(
        syn.sourceHigh(), syn.sourceLow(), syn.destinationHigh(), syn.destinationLow(), ports);
  }

  private long hash(long m0, long m1, long m2, long m3, long m4) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    for (int i = 0; i <= WORDS + 2; i++) {
      long m =
          switch (i) {
            case 0 -> m0;
            case 1 -> m1;
            case 2 -> m2;
            case 3 -> m3;
            case 4 -> m4;
            case WORDS -> (long) WORDS * 8 << 56;
            default -> 0; // the four rounds that finish it
          };
      v2 ^= i == WORDS + 1 ? 0xff : 0;
      v3 ^= m;
      for (int round = 0; round < 2; round++) {
        v0 += v1;
        v1 = Long.rotateLeft(v1, 13) ^ v0;
        v0 = Long.rotateLeft(v0, 32);
        v2 += v3;
        v3 = Long.rotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = Long.rotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = Long.rotateLeft(v1, 17) ^ v2;
        v2 = Long.rotateLeft(v2, 32);
      }
      v0 ^= m;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

package org.vtl.tcp.internal.relay;

import java.security.SecureRandom;
import org.vtl.packet.Packet;
import org.vtl.packet.SipHash;

/**
 * Initial sequence numbers and timestamps of endpoints that stand in for nobody: a clock, from a
 * place that only who knows the keys can tell for a pair of addresses and ports (RFC 6528 section
 * 3, RFC 7323 section 5.4). The hash is SipHash-2-4. Any thread.
 */
final class InitialNumbers {
  /** RFC 9293 section 3.4.1: one number every 4 microseconds. */
  private static final int NANOS_PER_NUMBER = 4_096;

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
    return SipHash.of(
        key0,
        key1,
        syn.sourceHigh(),
        syn.sourceLow(),
        syn.destinationHigh(),
        syn.destinationLow(),
        ports,
        0);
  }
}

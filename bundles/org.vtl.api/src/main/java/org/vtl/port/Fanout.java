package org.vtl.port;

import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;

/**
 * Which of a link's workers a packet belongs to: the same one for all packets between two IP
 * addresses in either direction, for their fragments, which have no ports, and for ICMP errors
 * about them. What is not IP belongs to worker 0.
 *
 * <p>The function is simple enough for a BPF program, so that a driver can have the kernel divide
 * what arrives. A driver that errs costs speed and nothing else: workers hand over what is not
 * theirs.
 *
 * <pre>
 * fold(a) = a3 + a0 * FOLD_0 + a1 * FOLD_1 + (a2 ^ 0xffff) * FOLD_2   (an IPv4 address is its fold)
 * h       = (fold(a) + fold(b)) * SUM ^ (fold(a) ^ fold(b)) * DIFFERENCE
 * h       = (h ^ h >>> 15) * FINISH
 * worker  = (h ^ h >>> 13) mod workers                       (a0..a3 are the address's 32-bit words;
 *                                                              all of it unsigned, modulo 2^32)
 * </pre>
 */
public final class Fanout {
  /** Workers a link may have. */
  public static final int MAX_WORKERS = 16;

  /** Multiplies an IPv6 address's first 32 bits. */
  public static final int FOLD_0 = 0x9e3779b1;

  /** Multiplies its second 32 bits. */
  public static final int FOLD_1 = 0x85ebca77;

  /** Multiplies its third 32 bits, of which those of a mapped IPv4 address were taken off. */
  public static final int FOLD_2 = 0xc2b2ae3d;

  /** Multiplies the sum of both folded addresses. */
  public static final int SUM = 0x27d4eb2f;

  /** Multiplies their bitwise difference. */
  public static final int DIFFERENCE = 0x165667b1;

  /** Multiplies the hash before its last step. */
  public static final int FINISH = 0x2c1b3c6d;

  private Fanout() {}

  /**
   * The worker of {@code packet}, which is parsed: 0 to {@code workers} - 1. An ICMP error that is
   * no fragment and quotes a whole IP header belongs where the packet it quotes did.
   */
  public static int worker(Packet packet, int workers) {
    if (workers == 1 || !packet.isIp()) {
      return 0;
    }
    if (packet.isIcmp() && packet.icmp().isError() && !packet.isFragment()) {
      int quote = packet.start() + packet.payloadOffset();
      if (quote + 20 <= packet.start() + packet.datagramEnd()
          && Bytes.u8(packet.memory(), quote) >>> 4 == 4) {
        return worker(
            Bytes.u32(packet.memory(), quote + 12L),
            Bytes.u32(packet.memory(), quote + 16L),
            workers);
      }
    } else if (packet.isIcmpv6() && packet.icmp().isError() && !packet.isFragment()) {
      int quote = packet.start() + packet.payloadOffset();
      if (quote + 40 <= packet.start() + packet.datagramEnd()
          && Bytes.u8(packet.memory(), quote) >>> 4 == 6) {
        return worker(
            Bytes.u64(packet.memory(), quote + 8L),
            Bytes.u64(packet.memory(), quote + 16L),
            Bytes.u64(packet.memory(), quote + 24L),
            Bytes.u64(packet.memory(), quote + 32L),
            workers);
      }
    }
    return worker(
        packet.sourceHigh(),
        packet.sourceLow(),
        packet.destinationHigh(),
        packet.destinationLow(),
        workers);
  }

  /** The worker of the packets between two addresses, in 64-bit halves; IPv4 is mapped. */
  public static int worker(long oneHigh, long oneLow, long otherHigh, long otherLow, int workers) {
    return worker(fold(oneHigh, oneLow), fold(otherHigh, otherLow), workers);
  }

  private static int worker(int one, int other, int workers) {
    int hash = (one + other) * SUM ^ (one ^ other) * DIFFERENCE;
    hash = (hash ^ hash >>> 15) * FINISH;
    return Integer.remainderUnsigned(hash ^ hash >>> 13, workers);
  }

  private static int fold(long high, long low) {
    return (int) low
        + (int) (high >>> 32) * FOLD_0
        + (int) high * FOLD_1
        + ((int) (low >>> 32) ^ 0xffff) * FOLD_2;
  }
}

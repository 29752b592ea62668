package org.vtl.io.linux.internal;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Bytes;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;

/**
 * What a port lets go unread while more arrives than VTL can do: TCP's first segments and
 * fragments, where these are most of what waits. Whoever is connected then waits behind few of
 * them, where else a full ring would keep all alike waiting, and lose most.
 *
 * <p>It begins when the ring was crowded for {@link #PATIENCE_NANOS} without a break, and lets go
 * only what waits beyond {@link #FEW}. It ends when few of them come, and from time to time to find
 * out whether VTL can do them all: after a second at first, after twice as long each time that the
 * ring is crowded again soon, for which a quarter of the frames and of the time suffice: who is
 * connected waits behind them meanwhile. A flood that is known to be too much goes on being let go
 * for the longest time at once. So a stream of fragments that VTL can carry, and that a moment's
 * delay crowded once, loses some for a second at most; and a flood is let in for a small part of
 * its time.
 *
 * <p>What is let go is the oldest: who opens a connection asks again, and the newest asking is the
 * one whose answer is still awaited. Where there is a {@link FloodGate}, that refuses what comes
 * after the beginning, and lets {@link #share} come. The port's worker's.
 */
final class Shedding {
  /** Frames that wait in a crowded ring, which is soon full. */
  static final int CROWD = ReceiveRing.FRAMES / 2;

  /** Frames that may wait without any being let go. */
  static final int FEW = 16;

  /** How long the ring is crowded before anything is let go. */
  static final long PATIENCE_NANOS = 10_000_000;

  /** How long it is looked whether the flood has ended. */
  static final long WINDOW_NANOS = 100_000_000;

  /** First segments and fragments in a window that are no flood any more. */
  static final int CALM = 1_000;

  /** What may come of what VTL can do: one of so many parts. */
  static final int PART = 8;

  /** How many may come in a window of {@link FloodGate} at least: less than ends a flood. */
  static final int LEAST_SHARE = 8;

  /** How long it goes on at first. */
  static final long SHORTEST_NANOS = 1_000_000_000;

  /** How long it goes on at most. */
  static final long LONGEST_NANOS = 32_000_000_000L;

  /** A flood of so many times what VTL did in the crowd is sure to be too much. */
  static final int TOO_MANY = 2;

  /** What is enough of a crowd, and of patience, when it may be the same flood again. */
  private static final int AGAIN = 4;

  /** If it begins within this time again, it was the same flood. */
  static final long SOON_NANOS = 1_000_000_000;

  private static final int ETHERNET = 14;
  private static final int ETHERNET_TYPE = 12;
  private static final int IPV4 = 20;
  private static final int IPV4_FRAGMENT = 6;
  private static final int IPV4_PROTOCOL = 9;
  private static final int MORE_OR_OFFSET = 0x3fff;
  private static final int IPV6 = 40;
  private static final int IPV6_NEXT = 6;
  private static final int FRAGMENT_HEADER = 44;
  private static final int TCP_FLAGS = 13;
  private static final int OPENING = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;

  private boolean on;
  private boolean crowded;
  private long since;
  private long begun;
  private long ended;
  private long lasts;
  private int floods;
  private int others;
  private int did;
  private int share;

  /** How many frames that wait at {@code now} are a crowd. */
  int crowd(long now) {
    return isSoon(now) ? CROWD / AGAIN : CROWD;
  }

  /** Whether it ended so lately that what crowds the ring is the same flood. */
  private boolean isSoon(long now) {
    return lasts != 0 && now - ended < SOON_NANOS;
  }

  /** Begins a look at the ring, in which {@link #crowd} frames wait if it is {@code crowded}. */
  void begin(boolean crowded, long now) {
    this.crowded = crowded;
    if (on) {
      if (now - since >= WINDOW_NANOS) {
        if (floods < CALM || now - begun >= most(now - since)) {
          on = false;
          share = 0;
          ended = now;
        }
        restart(now);
      }
    } else if (!crowded) {
      restart(now);
    } else if (now - since >= (isSoon(now) ? PATIENCE_NANOS / AGAIN : PATIENCE_NANOS)) {
      if (floods > others) {
        on = true;
        did = inWindow(now - since);
        share = Math.max(LEAST_SHARE, did / PART);
        lasts = isSoon(now) ? Math.min(2 * lasts, LONGEST_NANOS) : SHORTEST_NANOS;
        begun = now;
      }
      restart(now);
    }
  }

  /**
   * How many may come in a window of {@link FloodGate} where there is one, 0 for all: an eighth of
   * what VTL did while the ring was crowded. So its worker sleeps most of the time, and runs when
   * it is woken.
   */
  int share() {
    return share;
  }

  /** Notes that so many of a kind that is let go were refused before they came. */
  void refused(int count) {
    floods += count;
  }

  /** How long it goes on, by how many came in the last {@code nanos}. */
  private long most(long nanos) {
    return inWindow(nanos) > TOO_MANY * did ? LONGEST_NANOS : lasts;
  }

  /** How many came in a window of {@link FloodGate}, in the middle of the last {@code nanos}. */
  private int inWindow(long nanos) {
    return (int) (floods * FloodGate.WINDOW_NANOS / nanos);
  }

  private void restart(long now) {
    since = now;
    floods = 0;
    others = 0;
  }

  /** Whether the next frames are to be looked at by {@link #isFlood}. */
  boolean isWatching() {
    return on || crowded;
  }

  /** Whether frames are let go. */
  boolean isOn() {
    return on;
  }

  /** Whether the frame of {@code length} bytes at {@code start} is of a kind that is let go. */
  boolean isFlood(MemorySegment memory, long start, int length) {
    boolean flood = isOpeningOrFragment(memory, start, length);
    if (flood) {
      floods++;
    } else {
      others++;
    }
    return flood;
  }

  private static boolean isOpeningOrFragment(MemorySegment memory, long start, int length) {
    if (length < ETHERNET + IPV4) {
      return false;
    }
    long network = start + ETHERNET;
    int protocol;
    int header;
    switch (Bytes.u16(memory, start + ETHERNET_TYPE)) {
      case Protocol.ETHER_IPV4 -> {
        if ((Bytes.u16(memory, network + IPV4_FRAGMENT) & MORE_OR_OFFSET) != 0) {
          return true;
        }
        protocol = Bytes.u8(memory, network + IPV4_PROTOCOL);
        header = (Bytes.u8(memory, network) & 0xf) << 2;
      }
      case Protocol.ETHER_IPV6 -> {
        protocol = Bytes.u8(memory, network + IPV6_NEXT);
        header = IPV6;
      }
      default -> {
        return false;
      }
    }
    if (header == IPV6 && protocol == FRAGMENT_HEADER) {
      return true;
    }
    return protocol == Protocol.TCP
        && length > ETHERNET + header + TCP_FLAGS
        && (Bytes.u8(memory, network + header + TCP_FLAGS) & OPENING) == TcpHeader.SYN;
  }
}

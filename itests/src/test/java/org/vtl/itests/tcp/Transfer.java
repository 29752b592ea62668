package org.vtl.itests.tcp;

import java.util.SplittableRandom;

/**
 * What both ends of one connection do, drawn from a seed, so that each process knows it without
 * being told.
 *
 * @param index tells it from others, and its port
 * @param client how many bytes the opening end sends and how it ends
 * @param server the same of the other end
 */
record Transfer(int index, Part client, Part server) {
  /** How an end goes about it. */
  enum Manner {
    /** Sends everything, half-closes, and reads to the end at the same time. */
    PLAIN,
    /** The same, but sends nothing before the other end's half-close has come. */
    AFTERWARDS,
    /** Resets the connection when it has written {@link Part#cut} bytes. */
    RESET,
    /** Closes when it has read {@link Part#cut} bytes, whatever still comes. */
    QUIT
  }

  /**
   * One end's part.
   *
   * @param bytes what it sends in all
   * @param cut where it breaks off, counted in bytes; without meaning for who does not
   */
  record Part(long bytes, Manner manner, long cut) {
    boolean breaksOff() {
      return manner == Manner.RESET || manner == Manner.QUIT;
    }
  }

  private static final int SMALL = 2 << 10;
  private static final int MIDDLE = 64 << 10;
  private static final int LARGE = 2 << 20;

  /** The transfer {@code index} of {@code seed}; {@code most} bytes each way. */
  static Transfer draw(long seed, int index, long most) {
    // not Random, whose first draws are nearly the same for neighbouring seeds
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + index);
    long up = size(random, most);
    long down = size(random, most);
    Manner client = Manner.PLAIN;
    Manner server = Manner.PLAIN;
    switch (random.nextInt(20)) {
      case 0, 1, 2, 3 -> client = Manner.AFTERWARDS;
      case 4, 5, 6, 7 -> server = Manner.AFTERWARDS;
      case 8, 9 -> client = Manner.RESET;
      case 10, 11 -> server = Manner.RESET;
      case 12 -> client = Manner.QUIT;
      case 13 -> server = Manner.QUIT;
      default -> {
        // both plain
      }
    }
    return new Transfer(index, part(random, up, client, down), part(random, down, server, up));
  }

  private static Part part(SplittableRandom random, long bytes, Manner manner, long other) {
    long bound = manner == Manner.QUIT ? other : bytes;
    return new Part(bytes, manner, (long) (random.nextDouble() * (bound + 1)));
  }

  /** From nothing to {@code most}; most of them small. */
  private static long size(SplittableRandom random, long most) {
    int kind = random.nextInt(100);
    long bound = kind < 10 ? 0 : kind < 50 ? SMALL : kind < 80 ? MIDDLE : kind < 98 ? LARGE : most;
    return Math.min(most, (long) (random.nextDouble() * (bound + 1)));
  }

  /** Whether both ends go through with it. */
  boolean isWhole() {
    return !client.breaksOff() && !server.breaksOff();
  }
}

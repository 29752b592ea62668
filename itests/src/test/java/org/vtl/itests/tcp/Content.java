package org.vtl.itests.tcp;

/** An endless stream of bytes that follows from a seed; both ends make it for themselves. */
final class Content {
  private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

  private long state;
  private long word;
  private int left;

  /** What {@code transfer} sends upwards, from the client, or downwards. */
  Content(long seed, int transfer, boolean up) {
    state = seed * 31 + transfer * 2L + (up ? 1 : 0);
  }

  /** Fills the first {@code count} bytes with what comes next. */
  void next(byte[] to, int count) {
    for (int i = 0; i < count; i++) {
      if (left == 0) {
        state += GOLDEN_GAMMA;
        long z = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        word = z ^ z >>> 29;
        left = 8;
      }
      to[i] = (byte) word;
      word >>>= 8;
      left--;
    }
  }
}

package org.vtl.packet;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of six words: a hash that nobody can aim without its
 * key, for cookies, initial numbers and whatever else a stranger must not guess. Its state is in
 * locals, so it allocates nothing. Any thread.
 */
public final class SipHash {
  private static final int WORDS = 6;

  private SipHash() {}

  /** The hash of the 48 bytes that are the six words in little-endian order. */
  public static long of(
      long key0, long key1, long m0, long m1, long m2, long m3, long m4, long m5) {
    long v0 = key0 ^ 0x736f6d6570736575L;
    long v1 = key1 ^ 0x646f72616e646f6dL;
    long v2 = key0 ^ 0x6c7967656e657261L;
    long v3 = key1 ^ 0x7465646279746573L;
    for (int i = 0; i <= WORDS; i++) {
      long m =
          switch (i) {
            case 0 -> m0;
            case 1 -> m1;
            case 2 -> m2;
            case 3 -> m3;
            case 4 -> m4;
            case 5 -> m5;
            default -> (long) WORDS * 8 << 56;
          };
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
    v2 ^= 0xff;
    for (int round = 0; round < 4; round++) {
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
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

package org.vtl.service.impair.internal;

/**
 * A stream of random numbers (SplitMix64) without objects. The same seed gives the same stream.
 * Each impairment of each direction has its own, so that switching one on does not change what
 * another draws. Used by one thread.
 */
final class Dice {
  private static final long GOLDEN_GAMMA = 0x9e37_79b9_7f4a_7c15L;

  private long state;

  void seed(long seed) {
    state = mix(seed + GOLDEN_GAMMA);
  }

  /** Whether an event of {@code probability}, 0 to 1, happens. */
  boolean happens(double probability) {
    // No draw where nothing can happen: a stream begins when its impairment is switched on.
    return probability > 0 && fraction() < probability;
  }

  /** Evenly from 0 up to, not including, 1. */
  double fraction() {
    return (next() >>> 11) * 0x1.0p-53;
  }

  /** Evenly from 0 to {@code bound} - 1; {@code bound} is 1 to 2^31 - 1. */
  int below(int bound) {
    return (int) ((next() >>> 33) * bound >>> 31);
  }

  /** Evenly from -1 to 1. */
  double uniform() {
    return 2 * fraction() - 1;
  }

  /**
   * Around 0 with standard deviation 1, at most 3.47 either way: the sum of four even numbers, the
   * 16-bit quarters of one draw.
   */
  double normal() {
    long bits = next();
    long sum = (bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48);
    return (sum - 131_070) * (Math.sqrt(3) / 65_536);
  }

  private long next() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
    return z ^ z >>> 31;
  }
}

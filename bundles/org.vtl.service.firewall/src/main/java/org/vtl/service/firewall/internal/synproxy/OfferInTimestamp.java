package org.vtl.service.firewall.internal.synproxy;

/**
 * A TSval of milliseconds whose last five bits hold what a SYN offered: four of window scale (15:
 * none), one of SACK. It comes back in the echo of the client's third segment.
 */
final class OfferInTimestamp {
  private static final int BITS = 5;
  private static final int NO_SCALE = 15;
  private static final int SACK = 16;

  private OfferInTimestamp() {}

  static int of(long now, int windowScale, boolean sackPermitted) {
    int offer =
        (windowScale < 0 ? NO_SCALE : Math.min(windowScale, 14)) | (sackPermitted ? SACK : 0);
    return (int) (now / 1_000_000 >>> BITS << BITS) | offer;
  }

  static int windowScale(int timestamp) {
    int scale = timestamp & NO_SCALE;
    return scale == NO_SCALE ? -1 : scale;
  }

  static boolean sackPermitted(int timestamp) {
    return (timestamp & SACK) != 0;
  }
}

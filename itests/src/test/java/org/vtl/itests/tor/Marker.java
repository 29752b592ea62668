package org.vtl.itests.tor;

import java.util.Arrays;

/**
 * The last eight bytes of every frame that a test sends: what it is, and when it was sent.
 *
 * @param moment what happened then
 * @param kind of which kind it is
 * @param index which frame of that kind
 * @param control whether it was sent on the uplink to prove that it would be seen there
 */
record Marker(Moment moment, Traffic kind, int index, boolean control) {
  private static final byte[] MAGIC = {(byte) 0xc5, 0x3a, 0x56, 0x4c};

  /** {@code frame} with this at its end. */
  byte[] mark(byte[] frame) {
    byte[] end = {
      (byte) moment.ordinal(), (byte) kind.ordinal(), (byte) index, (byte) (control ? 1 : 0)
    };
    return Frames.join(frame, MAGIC, end);
  }

  /** The marker of {@code frame}, or null where it has none. */
  static Marker of(byte[] frame) {
    int at = frame.length - 8;
    if (at < 0 || !Arrays.equals(frame, at, at + 4, MAGIC, 0, 4)) {
      return null;
    }
    int moment = frame[at + 4];
    int kind = frame[at + 5];
    if (moment < 0
        || moment >= Moment.values().length
        || kind < 0
        || kind >= Traffic.values().length) {
      return null;
    }
    return new Marker(
        Moment.values()[moment], Traffic.values()[kind], frame[at + 6], frame[at + 7] == 1);
  }
}

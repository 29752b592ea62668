package org.vtl.itests.tor;

import java.util.List;
import java.util.Random;

/** Frames that nobody thought of: the known ones with bytes changed, and bytes by chance. */
final class RandomTraffic {
  private static final int LONGEST = 1500;
  private static final int MOST_CHANGES = 4;
  private static final int ETHERNET = 14;

  private final Random random;

  /** The same frames for the same {@code seed}. */
  RandomTraffic(long seed) {
    random = new Random(seed);
  }

  /** The next frame, with the marker of {@code moment}. */
  byte[] next(Moment moment) {
    Traffic kind = Traffic.values()[random.nextInt(Traffic.values().length)];
    byte[] frame =
        switch (random.nextInt(4)) {
          case 0 -> bytes(ETHERNET + random.nextInt(LONGEST - ETHERNET));
          case 1 -> known(kind, bytes(random.nextInt(200)));
          case 2 -> changed(known(kind, new byte[0]));
          default -> known(kind, new byte[0]);
        };
    return new Marker(moment, kind, 0, false).mark(frame);
  }

  private byte[] known(Traffic kind, byte[] tail) {
    List<byte[]> frames = kind.frames();
    return Frames.join(frames.get(random.nextInt(frames.size())), tail);
  }

  private byte[] changed(byte[] frame) {
    for (int i = random.nextInt(MOST_CHANGES); i >= 0; i--) {
      frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
    }
    return frame;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}

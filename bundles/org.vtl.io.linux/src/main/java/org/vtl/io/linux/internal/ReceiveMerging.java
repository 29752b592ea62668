package org.vtl.io.linux.internal;

import java.lang.System.Logger.Level;
import java.util.Locale;

/**
 * Whether the kernel merges what an interface receives into large segments before anybody sees it
 * (generic receive offload, for TCP and for UDP that is forwarded). It is switched for as long as
 * this object lives, and then put back, unless somebody else has switched it meanwhile.
 */
final class ReceiveMerging implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ReceiveMerging.class.getName());
  private static final String[] FEATURES = {"rx-gro", "rx-udp-gro-forwarding"};

  /** What is wanted. */
  enum Wish {
    /** On from when many long frames have come unmerged, that is from senders without offloads. */
    AUTO,
    ON,
    OFF,
    /** As the interface is. */
    KEEP;

    /** The wish that an option's value names, or null. */
    static Wish of(String text) {
      for (Wish wish : values()) {
        if (wish.text().equals(text)) {
          return wish;
        }
      }
      return null;
    }

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** So many long frames in a second are worth it that each short one costs a little more. */
  private static final int MANY = 2_000;

  private final String address;
  private final DeviceFeatures features;
  private final boolean active;

  /** Features that were switched, by their number; -1 for one that was not. */
  private final int[] switched = {-1, -1};

  private boolean waiting;

  /** Switches what {@code device}, of port {@code address}, does not do as wished. */
  ReceiveMerging(String address, NetDevice device, Wish wish) {
    this.address = address;
    features = new DeviceFeatures(device);
    active = wish != Wish.OFF;
    waiting = wish == Wish.AUTO;
    if (wish == Wish.ON || wish == Wish.OFF) {
      change();
    }
  }

  /** Tells how many frames of an MTU's length came unmerged in the last second. */
  void watch(int longFrames) {
    if (waiting && longFrames >= MANY) {
      waiting = false;
      change();
    }
  }

  private void change() {
    for (int i = 0; i < FEATURES.length; i++) {
      int number = features.find(FEATURES[i]);
      int error = number < 0 ? number : change(i, number);
      // UDP's is younger (Linux 5.12), and nobody misses it where it is not.
      if (error < 0 && error != -Uapi.ENOENT) {
        LOG.log(
            Level.INFO,
            "Port {0}: {1} stays as it is ({2}); it only costs speed, gro=keep asks for no change.",
            address,
            FEATURES[i],
            Libc.strerror(-error));
      }
    }
  }

  private int change(int feature, int number) {
    int now = features.isActive(number);
    if (now < 0 || now == 1 == active) {
      return Math.min(now, 0);
    }
    int error = features.set(number, active);
    if (error >= 0) {
      switched[feature] = number;
    }
    return error;
  }

  @Override
  public void close() {
    for (int number : switched) {
      if (number >= 0 && features.isActive(number) == (active ? 1 : 0)) {
        features.set(number, !active);
      }
    }
  }
}

package org.vtl.tcp.policy;

import java.util.Set;

/**
 * What configurations say of how VTL speaks to an end, checked as {@link org.vtl.tcp.SideOptions}
 * wants it. Each method returns the value, or throws {@link IllegalArgumentException} with one
 * sentence that names key, value and remedy. Any thread.
 */
public final class SideKeys {
  private static final Set<String> CONTROLS = Set.of("cubic", "reno", "bbr");

  private SideKeys() {}

  /** A congestion control's name. */
  public static String congestion(String key, String value) {
    if (!CONTROLS.contains(value)) {
      throw new IllegalArgumentException(key + " is \"" + value + "\"; give cubic, reno or bbr.");
    }
    return value;
  }

  /** Most bytes that a stream holds: 64 KiB to 1 GiB. */
  public static long buffer(String key, long value) {
    return inRange(key, value, 64 << 10, 1 << 30);
  }

  /** Most payload bytes of a segment: 88 to 65,483; 0 for what the ends say. */
  public static int segment(String key, int value) {
    return value == 0 ? 0 : (int) inRange(key, value, 88, 65_483);
  }

  /** Idle seconds before a keep-alive: to a day; 0 for never. */
  public static int keepAlive(String key, int value) {
    return (int) inRange(key, value, 0, 86_400);
  }

  private static long inRange(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          key + " is " + value + "; give " + least + " to " + most + ".");
    }
    return value;
  }
}

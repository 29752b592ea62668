package org.vtl.tcp.internal.congestion;

import java.util.List;
import java.util.Locale;

/** The congestion controls there are, by the names users write. */
public final class CongestionControls {
  /** All names: the default first; of the others, bbr for long paths that lose. */
  public static final List<String> NAMES = List.of("cubic", "reno", "bbr", "bbr-strict");

  private CongestionControls() {}

  /**
   * A new congestion control, for one connection at a time.
   *
   * @param name one of {@link #NAMES}, in whatever case
   * @throws IllegalArgumentException when there is none of that name
   */
  public static CongestionControl named(String name) {
    return switch (name.strip().toLowerCase(Locale.ROOT)) {
      case "cubic" -> new Cubic();
      case "reno" -> new Reno();
      case "bbr" -> new Bbr();
      case "bbr-strict" -> Bbr.strict();
      default ->
          throw new IllegalArgumentException(
              "There is no congestion control '"
                  + name
                  + "': use one of "
                  + String.join(", ", NAMES)
                  + ".");
    };
  }
}

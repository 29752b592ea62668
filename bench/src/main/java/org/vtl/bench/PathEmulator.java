package org.vtl.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Long paths that are all alike, one for each column of a table: a VTL process with nothing but
 * {@code impair} and a link for each path. It stands in a namespace of its own, and packets come to
 * it as they would be on a wire, one by one and with their checksums, so that each is lost by
 * itself.
 */
final class PathEmulator implements AutoCloseable {
  /** The most that a link takes; impair holds half of it. */
  private static final int PACKETS = 30_000;

  private final Namespace place;
  private final int paths;
  private VtlProcess process;

  /** A namespace for {@code paths} paths; {@link #start} after their cables are laid. */
  PathEmulator(String suffix, int paths) {
    this.place = new Namespace(suffix);
    this.paths = paths;
  }

  Namespace place() {
    return place;
  }

  /** The device at the near end of a path, counted from 0. */
  static String near(int path) {
    return "e" + path;
  }

  /** The device at the far end of a path. */
  static String far(int path) {
    return "f" + path;
  }

  /**
   * Starts the VTL of {@code dist} between the devices, which are there and up. Its ports merge
   * nothing: a merged segment that the kernel cuts for a veth again arrives with its last two parts
   * swapped where the other end of that veth merges, as who owns them differs.
   */
  void start(Path dist) {
    Map<String, String> files = new LinkedHashMap<>();
    for (int path = 0; path < paths; path++) {
      Offloads.NONE.apply(place, near(path));
      Offloads.NONE.apply(place, far(path));
      files.put(
          "org.vtl.link~path%d.cfg.json".formatted(path),
          """
          {
            "vm.port": "packet:%s?gro=off",
            "network.port": "packet:%s?gro=off",
            "offload": "off",
            "spin": "off",
            "packets": %d
          }
          """
              .formatted(near(path), far(path), PACKETS));
    }
    files.put(
        "org.vtl.service.impair.cfg.json",
        """
        {
          "hold.packets": %1$d,
          "outbound.queue.packets": %1$d,
          "inbound.queue.packets": %1$d
        }
        """
            .formatted(PACKETS / 2));
    process =
        VtlProcess.start(place, new VtlProcess.Recipe(dist, "core,linux,impair,shell", "", files));
    process.awaitLinks(paths);
  }

  long pid() {
    return process.pid();
  }

  /** Makes all paths {@code path}; what is under way keeps its time. */
  void become(LongPath path) {
    String[] settings = path.settings();
    String[] words = new String[settings.length + 2];
    words[0] = "config";
    words[1] = "org.vtl.service.impair";
    System.arraycopy(settings, 0, words, 2, settings.length);
    String said = process.shell(words);
    if (said.contains("must be") || said.contains("unknown")) {
      throw new BenchException("The path cannot be emulated: " + Program.sentence(said));
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    place.close();
  }
}

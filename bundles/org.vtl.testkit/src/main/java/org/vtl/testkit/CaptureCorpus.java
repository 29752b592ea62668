package org.vtl.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.packet.pcapng.CaptureReader;

/**
 * A folder of capture files that lies beside the project, not in it: tests use it when it is there
 * and are skipped when it is not.
 */
public final class CaptureCorpus {
  /** System property that names the folder. */
  public static final String PROPERTY = "vtl.corpus";

  private CaptureCorpus() {}

  /**
   * The folder of system property {@value #PROPERTY}; without it, {@code shared/corpus/tcpdump} in
   * the nearest folder above the working directory that has one. Null when there is none.
   */
  public static Path folder() {
    String property = System.getProperty(PROPERTY);
    if (property != null) {
      return Files.isDirectory(Path.of(property)) ? Path.of(property) : null;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared/corpus/tcpdump");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return null;
  }

  /**
   * Gives {@code consumer} every frame of every capture in {@code folder}, by file name, parsed;
   * the packet is the same each time. Files that are damaged end where they are.
   */
  public static void forEach(Path folder, Consumer<Packet> consumer) throws IOException {
    try (PacketPool pool = new PacketPool(1);
        Stream<Path> files = Files.list(folder)) {
      Packet packet = pool.acquire();
      for (Path file : files.sorted().toList()) {
        try (CaptureReader reader = CaptureReader.open(file)) {
          while (reader.next()) {
            if (reader.read(packet)) {
              Parser.parse(packet);
              consumer.accept(packet);
            }
          }
        }
      }
    }
  }
}

package org.vtl.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The programs in C, compiled when they are needed and have changed. */
final class Natives {
  private Natives() {}

  /** Compiles all that can be from {@code sources} into {@code folder}. */
  static Path compile(Path sources, Path folder, Progress progress) {
    try {
      Files.createDirectories(folder);
      compile(sources, folder, "load");
      compile(sources, folder, "forward");
      compile(sources, folder, "stream");
      try {
        compile(sources, folder, "pcapbridge", "-lpcap");
      } catch (BenchException e) {
        progress.say(
            "The C bridge over libpcap is left out, because it does not compile (Debian's package"
                + " is libpcap-dev).");
      }
    } catch (IOException e) {
      throw new BenchException("The folder " + folder + " cannot be written to: " + e + ".", e);
    }
    return folder;
  }

  private static void compile(Path sources, Path folder, String name, String... libraries)
      throws IOException {
    Path source = sources.resolve(name + ".c");
    Path made = folder.resolve(name);
    if (Files.exists(made)
        && Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(source)) > 0) {
      return;
    }
    List<String> words =
        new ArrayList<>(List.of("gcc", "-O2", "-o", made.toString(), source.toString()));
    words.addAll(Arrays.asList(libraries));
    Program.must(60, words);
  }
}

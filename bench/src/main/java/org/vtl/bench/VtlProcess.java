package org.vtl.bench;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A built VTL that runs as a process of its own in a namespace, with a copy of the distribution's
 * configuration and files of ours beside it.
 */
final class VtlProcess implements AutoCloseable {
  private static final int START_SECONDS = 30;
  private static final Pattern STATE =
      Pattern.compile(
          "\"name\":\"([^\"]+)\",\"state\":\"(\\w+)\",\"reason\":\"((?:[^\"\\\\]|\\\\.)*)\"");

  /**
   * What to start.
   *
   * @param dist the built folder
   * @param features separated by commas; empty for the distribution's own
   * @param java options of the Java virtual machine; empty for the distribution's own
   * @param files names in {@code etc/} and their content
   */
  record Recipe(Path dist, String features, String java, Map<String, String> files) {}

  private final Recipe recipe;
  private final Path folder;
  private final Program process;

  private VtlProcess(Recipe recipe, Path folder, Program process) {
    this.recipe = recipe;
    this.folder = folder;
    this.process = process;
  }

  /** Starts it; {@link #awaitLinks} tells when it forwards. */
  static VtlProcess start(Namespace place, Recipe recipe) {
    Path program = recipe.dist().resolve("bin/vtl");
    if (!Files.isExecutable(program)) {
      throw new BenchException(
          "%s holds no VTL: there is no bin/vtl in it; build it there with \"./vtl build\" and name runtime/target/vtl-VERSION."
              .formatted(recipe.dist()));
    }
    try {
      Path folder = TemporaryFolder.make();
      configure(recipe, folder);
      // Bundles are looked for in a folder of its own.
      String java = recipe.java().isEmpty() ? JavaOptions.of(recipe.dist()) : recipe.java();
      java += " -Dvtl.deploy=" + Files.createDirectories(folder.resolve("deploy"));
      List<String> words = new ArrayList<>(List.of("env", "VTL_JAVA_OPTS=" + java));
      words.addAll(List.of(program.toString(), "run", "--no-shell"));
      words.addAll(List.of("--config", folder.resolve("etc").toString()));
      words.addAll(List.of("--data", folder.toString()));
      if (!recipe.features().isEmpty()) {
        words.addAll(List.of("--features", recipe.features()));
      }
      return new VtlProcess(
          recipe, folder, Program.start(place.inside(words), folder.resolve("out")));
    } catch (IOException e) {
      throw new BenchException("VTL's files cannot be made: " + e + ".", e);
    }
  }

  private static void configure(Recipe recipe, Path folder) throws IOException {
    Path etc = Files.createDirectories(folder.resolve("etc"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(recipe.dist().resolve("etc"))) {
      for (Path file : files) {
        Files.copy(file, etc.resolve(file.getFileName()));
      }
    }
    for (Map.Entry<String, String> file : recipe.files().entrySet()) {
      Files.writeString(etc.resolve(file.getKey()), file.getValue());
    }
  }

  long pid() {
    return process.pid();
  }

  /** What it writes, with {@code etc/}, {@code deploy/} and {@code log/}. */
  Path folder() {
    return folder;
  }

  /**
   * Waits until {@code count} links are up.
   *
   * @throws BenchException with the reason, if they do not come up, or a file of ours is wrong
   */
  void awaitLinks(int count) {
    String reason = "";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (reason.isEmpty() && System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new BenchException("VTL ended: " + Program.sentence(read("out")));
      }
      reason = complaint();
      if (reason.isEmpty() && Files.exists(folder.resolve("run/shell.sock"))) {
        Matcher link = STATE.matcher(shell("links", "--json"));
        int up = 0;
        while (link.find()) {
          up += link.group(2).equals("UP") ? 1 : 0;
          reason = link.group(2).equals("REFUSED") ? link.group(3) : reason;
        }
        if (up >= count) {
          return;
        }
      }
      Program.pause(100);
    }
    throw new BenchException(
        "VTL's links did not come up: "
            + (reason.isEmpty() ? Program.sentence(read("out")) : reason.replace("\\\"", "\"")));
  }

  /** What the log says against our files; nothing else tells when their keys are wrong. */
  private String complaint() {
    return read("log/vtl.log")
        .lines()
        .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .filter(line -> recipe.files().keySet().stream().anyMatch(line::contains))
        .map(line -> line.substring(line.indexOf(" - ") + 3))
        .findFirst()
        .orElse("");
  }

  /** What a command of its shell says. */
  String shell(String... words) {
    List<String> all = new ArrayList<>(List.of(recipe.dist().resolve("bin/vtl").toString()));
    all.addAll(List.of("shell", "--data", folder.toString()));
    all.addAll(List.of(words));
    return Program.run(20, all).said();
  }

  /** The content of a file of its folder; empty where there is none. */
  String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    process.close();
    TemporaryFolder.remove(folder);
  }
}

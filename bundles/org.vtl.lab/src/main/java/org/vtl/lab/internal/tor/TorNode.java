package org.vtl.lab.internal.tor;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.lab.internal.Place;

/** One running {@code tor}, with a directory of its own. All methods from any thread. */
public final class TorNode implements AutoCloseable {
  private static final Pattern BOOTSTRAPPED = Pattern.compile("Bootstrapped (\\d+)%");
  private static final int END_SECONDS = 10;

  private final String name;
  private final Path folder;
  private final Process process;
  private final IntConsumer progress;
  private volatile int percent;

  private TorNode(String name, Path folder, Process process, IntConsumer progress) {
    this.name = name;
    this.folder = folder;
    this.process = process;
    this.progress = progress;
  }

  /**
   * Starts it. What it says goes to {@code notices.log} in {@code folder}.
   *
   * @param place where it runs
   * @param folder its directory, which is made if it is not there; it keeps its keys in it
   * @param lines of its configuration, without those of its directory and log
   * @param progress told of each percentage of the way to working, on a thread of the node
   * @throws IOException in one sentence, if the program cannot be started
   */
  static TorNode start(
      String name, Place place, Path folder, List<String> lines, IntConsumer progress)
      throws IOException {
    Files.createDirectories(folder);
    // Tor refuses a directory that others may read.
    Files.setPosixFilePermissions(folder, PosixModes.PRIVATE);
    Path configuration = folder.resolve("torrc");
    Files.writeString(
        configuration,
        "DataDirectory %s%nLog notice stdout%n%s%n".formatted(folder, String.join("\n", lines)));
    // In place of the system's own.
    Path none = Files.writeString(folder.resolve("torrc.none"), "");
    Process process =
        place.start(
            new ProcessBuilder(
                    "tor", "-f", configuration.toString(), "--defaults-torrc", none.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectErrorStream(true));
    TorNode node = new TorNode(name, folder, process, progress);
    Thread.ofPlatform().daemon().name("vtl-tor-" + name).start(node::listen);
    return node;
  }

  private void listen() {
    try (BufferedReader said = process.inputReader();
        var log =
            Files.newBufferedWriter(
                folder.resolve("notices.log"),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND)) {
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        log.write(line + "\n");
        log.flush();
        Matcher found = BOOTSTRAPPED.matcher(line);
        if (found.find()) {
          percent = Integer.parseInt(found.group(1));
          progress.accept(percent);
          synchronized (this) {
            notifyAll();
          }
        }
      }
    } catch (IOException e) {
      // The node has ended, or its directory is gone with the lab.
    }
    synchronized (this) {
      notifyAll();
    }
  }

  /** How far it is on its way to working: 0 to 100. */
  public int percent() {
    return percent;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until it works.
   *
   * @throws IOException in one sentence, if it has ended or is not there in time
   */
  public void awaitReady(int seconds) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (this) {
      while (percent < 100) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0 || !process.isAlive()) {
          throw new IOException(
              "Tor node %s %s at %d %%; its last words: %s"
                  .formatted(
                      name,
                      process.isAlive() ? "did not get ready in " + seconds + " s and is" : "ended",
                      percent,
                      lastWords()));
        }
        wait(Math.min(left, 500));
      }
    }
  }

  private String lastWords() throws IOException {
    Path log = folder.resolve("notices.log");
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
  }

  /** The directory with its keys, its cookie and {@code notices.log}. */
  public Path folder() {
    return folder;
  }

  /** Kills it at once and waits until it is gone. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

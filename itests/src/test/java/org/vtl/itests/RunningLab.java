package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A lab that runs as a process of its own, started as a user starts it; commands go to it through
 * {@code vtl shell}. It ends with {@link #close}, and leaves nothing.
 */
public final class RunningLab implements AutoCloseable {
  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));
  private static final int START_SECONDS = 60;

  private final Process process;
  private final Path data;

  private RunningLab(Process process, Path data) {
    this.process = process;
    this.data = data;
  }

  /**
   * Starts a lab whose files are below {@code temporary}, and waits until its link is up.
   *
   * @param options of {@code vtl lab}
   */
  public static RunningLab start(Path temporary, String... options)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of(FOLDER.resolve("bin/vtl").toString(), "lab", "--no-shell"));
    words.addAll(List.of(options));
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true);
    builder.environment().put("TMPDIR", temporary.toString());
    Process process = builder.start();
    StringBuilder said = new StringBuilder();
    BufferedReader reader = process.inputReader();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      said.append(line).append('\n');
      if (line.startsWith("VTL ") && line.contains(" runs with ")) {
        break;
      }
    }
    Thread.ofPlatform().daemon().start(() -> drain(reader));
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary, "vtl-lab.*")) {
      Path data = folders.iterator().next();
      RunningLab lab = new RunningLab(process, data);
      while (!lab.run("links", "--json").contains("\"UP\"")) {
        if (System.nanoTime() > end) {
          lab.close();
          throw new IOException("The lab did not come up:\n" + said);
        }
        TimeUnit.MILLISECONDS.sleep(100);
      }
      return lab;
    }
  }

  private static void drain(BufferedReader reader) {
    try {
      while (reader.readLine() != null) {
        // a process that nobody listens to stands still when its pipe is full
      }
    } catch (IOException e) {
      // it has ended
    }
  }

  /** Its process. */
  public long pid() {
    return process.pid();
  }

  /** Its data directory: {@code etc/}, {@code deploy/}, {@code log/}. */
  public Path data() {
    return data;
  }

  /** Starts a command of scope {@code vtl}, or of another if it names one, in the lab. */
  public Process begin(String... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(FOLDER.resolve("bin/vtl").toString(), "shell", "--data", data.toString()));
    command.addAll(List.of(words));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  /** Runs a command, and returns what it printed, whatever its status. */
  public String run(String... words) throws IOException, InterruptedException {
    Process command = begin(words);
    command.getOutputStream().close();
    String said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    command.waitFor();
    return said.strip();
  }

  /** Runs a command that must succeed. */
  public String succeed(String... words) throws IOException, InterruptedException {
    Process command = begin(words);
    command.getOutputStream().close();
    String said = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, command.waitFor(), String.join(" ", words) + "\n" + said);
    return said.strip();
  }

  /** The time that its threads have been on a processor, in nanoseconds. */
  public long processorNanos() throws IOException {
    long nanos = 0;
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path thread : threads) {
        nanos += Long.parseLong(Files.readString(thread.resolve("schedstat")).split(" ")[0]);
      }
    }
    return nanos;
  }

  public String log() throws IOException {
    return Files.readString(data.resolve("log/vtl.log"));
  }

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.toHandle().destroy();
    try {
      if (process.waitFor(30, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }
}

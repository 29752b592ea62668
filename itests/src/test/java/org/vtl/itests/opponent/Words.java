package org.vtl.itests.opponent;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs, those of the administrator included. */
final class Words {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin");

  private Words() {}

  /** What a program said, errors included, and its status. */
  record Outcome(int status, String said) {}

  /** Those of {@code programs} that are not on this machine, separated by blanks. */
  static String missing(String... programs) {
    return String.join(
        " ",
        Arrays.stream(programs)
            .filter(name -> FOLDERS.stream().noneMatch(in -> Files.exists(Path.of(in, name))))
            .toList());
  }

  /** Starts a program that reads nothing. */
  static Process begin(List<String> words) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().merge("PATH", String.join(":", FOLDERS), (a, b) -> a + ":" + b);
    return builder
        .redirectErrorStream(true)
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
  }

  /** Runs a program to its end, which must come within {@code seconds}. */
  static Outcome run(int seconds, List<String> words) throws IOException {
    Process process = begin(words);
    Thread watch = Thread.ofVirtual().start(() -> end(process, seconds));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      watch.join();
      return new Outcome(process.waitFor(), said.strip());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(words.getFirst() + " was interrupted");
    }
  }

  /** Gives a program {@code seconds} to end by itself; kills it then. */
  static void end(Process process, int seconds) {
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  /** Runs a program that must succeed within 20 seconds, and returns what it said. */
  static String must(List<String> words) throws IOException {
    Outcome outcome = run(20, words);
    if (outcome.status() != 0) {
      throw new IOException(String.join(" ", words) + " failed: " + outcome.said());
    }
    return outcome.said();
  }

  static String must(String... words) throws IOException {
    return must(List.of(words));
  }

  /** {@code words} with {@code first} before them. */
  static List<String> join(List<String> first, String... words) {
    List<String> all = new ArrayList<>(first);
    all.addAll(List.of(words));
    return all;
  }
}

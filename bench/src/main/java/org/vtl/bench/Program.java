package org.vtl.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A program outside of this process. Each has a time limit, and ends when this process does or
 * {@link #close} is called.
 */
final class Program implements AutoCloseable {
  private static final int SHOWN_CHARACTERS = 300;

  /** Readers wait long: in the common pool, which has a thread per core, they would queue. */
  private static final Executor READERS =
      task -> Thread.ofPlatform().daemon().name("bench-reader").start(task);

  private final List<String> words;
  private final Process process;
  private final BufferedReader lines;

  private Program(List<String> words, Process process) {
    this.words = words;
    this.process = process;
    this.lines = process.inputReader();
  }

  /** What a program said, and its exit status. */
  record Outcome(int status, String said) {}

  /** Runs a program to its end; what it writes to its error output counts as said, too. */
  static Outcome run(int seconds, List<String> words) {
    try (Program program = start(words)) {
      CompletableFuture<String> said =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return program.lines.readAllAsString();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              },
              READERS);
      String text = said.get(seconds, TimeUnit.SECONDS);
      return new Outcome(program.status(seconds), text.strip());
    } catch (TimeoutException e) {
      throw new BenchException(
          "\"%s\" did not end within %d s.".formatted(String.join(" ", words), seconds), e);
    } catch (ExecutionException e) {
      throw new BenchException(
          "\"%s\" cannot be heard: %s.".formatted(words.getFirst(), e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** Runs a program that must succeed within ten seconds. */
  static String must(List<String> words) {
    return must(10, words);
  }

  static String must(String... words) {
    return must(10, List.of(words));
  }

  static String must(int seconds, List<String> words) {
    Outcome outcome = run(seconds, words);
    if (outcome.status() != 0) {
      throw new BenchException(
          "\"%s\" failed: %s".formatted(String.join(" ", words), sentence(outcome.said())));
    }
    return outcome.said();
  }

  /** Starts a program whose lines are read by {@link #await}. */
  static Program start(List<String> words) {
    return start(words, null);
  }

  /** Starts a program that writes to {@code log}, or to {@link #await} if that is null. */
  static Program start(List<String> words, Path log) {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true);
    if (log != null) {
      builder.redirectOutput(log.toFile());
    }
    try {
      return new Program(words, builder.start());
    } catch (IOException e) {
      throw new BenchException(
          "\"%s\" cannot be started: %s.".formatted(words.getFirst(), e.getMessage()), e);
    }
  }

  /** Reads lines up to one that begins with {@code start}, and returns that. */
  String await(String start, int seconds) {
    StringBuilder said = new StringBuilder();
    CompletableFuture<String> found =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                  if (line.startsWith(start)) {
                    return line;
                  }
                  synchronized (said) {
                    said.append(line).append(' ');
                  }
                }
                return null;
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            READERS);
    try {
      String line = found.get(seconds, TimeUnit.SECONDS);
      if (line != null) {
        return line;
      }
    } catch (TimeoutException e) {
      close();
      throw new BenchException(
          "\"%s\" did not say \"%s\" within %d s."
              .formatted(String.join(" ", words), start, seconds),
          e);
    } catch (ExecutionException e) {
      throw new BenchException(
          "\"%s\" cannot be heard: %s.".formatted(words.getFirst(), e.getCause().getMessage()), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    synchronized (said) {
      throw new BenchException(
          "\"%s\" ended early: %s".formatted(String.join(" ", words), sentence(said.toString())));
    }
  }

  /** Reads and forgets all further lines: a program that nobody listens to stands still. */
  void ignore() {
    Thread.ofPlatform()
        .daemon()
        .start(
            () -> {
              try {
                while (lines.readLine() != null) {
                  // nobody wants it
                }
              } catch (IOException e) {
                // it has ended
              }
            });
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  private int status(int seconds) throws InterruptedException, TimeoutException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      throw new TimeoutException();
    }
    return process.exitValue();
  }

  /**
   * Ends the program and what it started: kindly, then by force after five seconds. Returns when
   * all are gone, since one that closes 50,000 connections keeps its port while it does.
   */
  @Override
  public void close() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroy);
    if (!areGone(all)) {
      all.forEach(ProcessHandle::destroyForcibly);
      areGone(all);
    }
  }

  /** Whether all have ended within five seconds. */
  private static boolean areGone(List<ProcessHandle> all) {
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new);
    try {
      CompletableFuture.allOf(ends).get(5, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("An end cannot be awaited.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Whether {@code name} is a program on the path, or a file that is one. */
  static boolean exists(String name) {
    if (name.startsWith("/")) {
      return Files.isExecutable(Path.of(name));
    }
    for (String folder : System.getenv("PATH").split(":")) {
      if (Files.isExecutable(Path.of(folder, name))) {
        return true;
      }
    }
    return false;
  }

  static void pause(long millis) {
    try {
      TimeUnit.MILLISECONDS.sleep(millis);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private static BenchException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BenchException("The benchmark was interrupted.", e);
  }

  /** What a program said, on one line; of much only the beginning and the end. */
  static String sentence(String said) {
    String line = said.strip().replaceAll("\\s+", " ");
    if (line.isEmpty()) {
      return "it said nothing.";
    }
    return line.length() <= SHOWN_CHARACTERS
        ? line
        : line.substring(0, SHOWN_CHARACTERS / 2)
            + " ... "
            + line.substring(line.length() - SHOWN_CHARACTERS / 2);
  }
}

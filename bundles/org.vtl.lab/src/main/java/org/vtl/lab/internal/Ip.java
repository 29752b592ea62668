package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs scripts of iproute2's {@code ip}, here or in a namespace. */
public final class Ip {
  private Ip() {}

  /** Runs {@code script}, one command of {@code ip} per line, in this process's own network. */
  public static void run(String script) throws IOException {
    run(script, ProcessBuilder::start);
  }

  /** Runs {@code script} in {@code place}. */
  public static void run(Place place, String script) throws IOException {
    run(script, place::start);
  }

  private static void run(String script, Start start) throws IOException {
    Process process;
    try {
      process =
          start.start(new ProcessBuilder(List.of("ip", "-batch", "-")).redirectErrorStream(true));
    } catch (IOException e) {
      throw new IOException(
          "The lab needs the program \"ip\", which cannot be run ("
              + e.getMessage()
              + "); install the package iproute2.",
          e);
    }
    try {
      process.getOutputStream().write(script.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(
            "\"ip\" failed with status "
                + status
                + " ("
                + said.replace('\n', ' ')
                + ") at: "
                + script.strip().replace("\n", "; "));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted while \"ip\" ran.", e);
    }
  }

  private interface Start {
    Process start(ProcessBuilder program) throws IOException;
  }
}

package org.vtl.lab.internal.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import org.vtl.lab.internal.Host;

/** A program in a host, its output passed on as it comes. */
final class ProgramRun {
  private ProgramRun() {}

  /**
   * Runs {@code words} in {@code host} without input until it ends.
   *
   * @return the program's status
   * @throws InterruptedException if the calling thread is interrupted; the program and all that it
   *     started are killed then
   */
  static int run(Host host, List<String> words, OutputStream out, OutputStream err)
      throws IOException, InterruptedException {
    ProcessBuilder program = new ProcessBuilder(words);
    program.redirectInput(Redirect.from(Path.of("/dev/null").toFile()));
    Process process = host.start(program);
    try {
      Thread output = pass(process.getInputStream(), out);
      Thread errors = pass(process.getErrorStream(), err);
      int status = process.waitFor();
      output.join();
      errors.join();
      return status;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Thread pass(InputStream from, OutputStream to) {
    return Thread.ofPlatform()
        .daemon()
        .name("vtl-lab-output")
        .start(
            () -> {
              byte[] bytes = new byte[8192];
              try {
                for (int n; (n = from.read(bytes)) >= 0; ) {
                  to.write(bytes, 0, n);
                  to.flush();
                }
              } catch (IOException e) {
                // The program or the reader is gone.
              }
            });
  }
}

package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What Wireshark's reader makes of a file. */
final class Tshark {
  private static final Path PROGRAM = Path.of("/usr/bin/tshark");

  private Tshark() {}

  /** One line per packet, the fields with a vertical bar between them; skips where it is absent. */
  static List<String> fields(Path file, String... fields) throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(PROGRAM), "tshark is not installed");
    List<String> command =
        new ArrayList<>(
            List.of(
                PROGRAM.toString(),
                "-n",
                "-r",
                file.toString(),
                "-o",
                "tcp.check_checksum:TRUE",
                "-o",
                "udp.check_checksum:TRUE",
                "-o",
                "ip.check_checksum:TRUE",
                "-T",
                "fields",
                "-E",
                "separator=|"));
    for (String field : fields) {
      command.add("-e");
      command.add(field);
    }
    return run(command);
  }

  private static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(false).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), err);
    return out.lines().toList();
  }
}

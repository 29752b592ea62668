package org.vtl.lab.internal.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Records packets that are dropped, and reads the file as another program would. */
final class CaptureStep {
  private CaptureStep() {}

  static void run(Narrator narrator) throws Exception {
    Path file = Files.createTempDirectory("vtl-demo").resolve("demo.pcapng");
    try {
      narrator.type(
          "vtl:capture start demo --stage departure,drop --filter \"tcp and port 8080\" --file "
              + file);
      narrator.typeInVain("vtl:lab traffic tcp --port 8080 --seconds 1");
      narrator.type("vtl:capture stop demo");
      narrator.expect(Files.isRegularFile(file), "there is no capture file");
      read(narrator, file);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(file.getParent());
    }
  }

  private static void read(Narrator narrator, Path file) throws IOException, InterruptedException {
    String text;
    try {
      Process process =
          new ProcessBuilder(
                  "tshark",
                  "-n",
                  "-r",
                  file.toString(),
                  "-T",
                  "fields",
                  "-e",
                  "frame.number",
                  "-e",
                  "_ws.col.Info",
                  "-e",
                  "frame.comment")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      narrator.say("> tshark -r demo.pcapng   (number, packet, comment)");
      narrator.show(text);
    } catch (IOException e) {
      // Without the program the file's own text has to do: comments stand in it as they are.
      text = Files.readString(file, StandardCharsets.ISO_8859_1);
      narrator.say("(tshark is not installed; the file has %,d bytes)", Files.size(file));
    }
    narrator.expect(text.contains("blocked-port"), "no packet's comment says why it was dropped");
  }
}

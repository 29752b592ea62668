package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.vtl.testkit.PacketScript;
import org.vtl.testkit.ScriptCase;

/**
 * The scripts of the TCP tracker, each case its own test. All run five times: with ordinary initial
 * sequence numbers, and with those of one end or both just below the wrap or the turn of the sign.
 */
class TcpScriptsTest {
  static final List<String> FILES =
      List.of(
          "original-faults.pkt",
          "handshake.pkt",
          "simultaneous.pkt",
          "options.pkt",
          "flags.pkt",
          "windows.pkt",
          "acceptability.pkt",
          "resets-5961.pkt",
          "close.pkt",
          "reuse.pkt",
          "wrap.pkt",
          "midstream.pkt",
          "timestamps-paws.pkt",
          "keepalive.pkt",
          "conntrack.pkt",
          "gso.pkt",
          "carried.pkt");

  /** A little below 2^32, so that the handshake or the first data wraps. */
  private static final List<String> NUMBERINGS =
      List.of(
          "",
          "isn vm 4294967290",
          "isn net 4294967200",
          "isn vm 4294967295\nisn net 4294967295",
          "isn vm 2147483640\nisn net 2147483647");

  @TestFactory
  Stream<DynamicNode> scripts() {
    return FILES.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file, NUMBERINGS.stream().flatMap(each -> tests(file, each))));
  }

  @TestFactory
  Stream<DynamicNode> scriptsThroughTheTable() {
    return FILES.stream()
        .flatMap(file -> PacketScript.parse(file, text(file)).cases().stream())
        .map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(new TableTarget())));
  }

  @Test
  void theListOfCasesIsTheScripts() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("..", "..", "docs", "tcp-cases.md")).stream()
            .filter(line -> line.startsWith("- "))
            .map(line -> line.substring(2))
            .toList();
    List<String> there =
        FILES.stream()
            .flatMap(file -> PacketScript.parse(file, text(file)).cases().stream())
            .map(ScriptCase::name)
            .toList();
    assertEquals(there, listed, "docs/tcp-cases.md lists other cases than there are");
  }

  private static Stream<DynamicTest> tests(String file, String numbering) {
    String text = text(file).replaceAll("(?m)^(case:.*)$", "$1\n" + numbering);
    String suffix = numbering.isEmpty() ? "" : " (" + numbering.replace('\n', ' ') + ")";
    return PacketScript.parse(file, text).cases().stream()
        .map(c -> DynamicTest.dynamicTest(c.name() + suffix, () -> c.run(new TrackerTarget())));
  }

  static String text(String file) {
    try (InputStream in = TcpScriptsTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

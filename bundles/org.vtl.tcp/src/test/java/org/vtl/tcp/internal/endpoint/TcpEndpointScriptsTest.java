package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
 * The scripts of the TCP endpoint, each case its own test. All run with ordinary initial sequence
 * numbers, with zeros, and with numbers of either end or both just below the wrap or the turn of
 * the sign, and with numbers from nowhere.
 */
class TcpEndpointScriptsTest {
  static final List<String> FILES =
      List.of(
          "handshake.pkt",
          "options.pkt",
          "receive.pkt",
          "sack-report.pkt",
          "loss-sack.pkt",
          "loss-newreno.pkt",
          "reordering.pkt",
          "tail-loss.pkt",
          "timeout.pkt",
          "spurious.pkt",
          "congestion.pkt",
          "zero-window.pkt",
          "offload.pkt",
          "mtu.pkt",
          "close.pkt",
          "time-wait.pkt",
          "blind-attacks.pkt",
          "paws.pkt",
          "ecn.pkt",
          "keep-alive.pkt",
          "adoption.pkt",
          "late.pkt");

  private static final List<String> NUMBERINGS =
      List.of(
          "",
          "isn vm 0\nisn net 0",
          "isn vm 4294967290",
          "isn net 4294967200",
          "isn vm 4294967295\nisn net 4294967295",
          "isn vm 2147483640\nisn net 2147483647",
          "isn vm 3735928559\nisn net 1367130551");

  @TestFactory
  Stream<DynamicNode> scripts() {
    return FILES.stream()
        .map(
            file ->
                DynamicContainer.dynamicContainer(
                    file, NUMBERINGS.stream().flatMap(each -> tests(file, each))));
  }

  @Test
  void theListOfCasesIsTheScripts() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("..", "..", "docs", "tcp-endpoint-cases.md")).stream()
            .filter(line -> line.startsWith("- "))
            .map(line -> line.substring(2))
            .toList();
    assertEquals(names(), listed, "docs/tcp-endpoint-cases.md lists other cases than there are");
  }

  @Test
  void everyCaseSaysWhyItIsRight() {
    for (String name : names()) {
      assertTrue(
          name.matches(".* \\((RFC \\d+( (section )?\\d+(\\.\\d+)*)?|Linux|draft-\\S+).*\\)"),
          () -> "\"" + name + "\" cites no section of an RFC");
    }
  }

  private static List<String> names() {
    return FILES.stream()
        .flatMap(file -> PacketScript.parse(file, text(file)).cases().stream())
        .map(ScriptCase::name)
        .toList();
  }

  private static Stream<DynamicTest> tests(String file, String numbering) {
    String text =
        text(file)
            .replaceAll("(?m)^(case:.*)$", "$1" + (numbering.isEmpty() ? "" : "\n" + numbering));
    String suffix = numbering.isEmpty() ? "" : " (" + numbering.replace('\n', ' ') + ")";
    return PacketScript.parse(file, text).cases().stream()
        .map(c -> DynamicTest.dynamicTest(c.name() + suffix, () -> c.run(new EndpointTarget())));
  }

  private static String text(String file) {
    try (InputStream in = TcpEndpointScriptsTest.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package org.vtl.service.firewall.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesFileTest {
  @TempDir Path folder;

  @Test
  void linesAsTheyAre() {
    RulesFile file = RulesFile.ofLines("r", "# mine\r\ntcp dport 22 accept\r\n");
    assertEquals(List.of(), file.errors());
    assertEquals(List.of("# mine", "tcp dport 22 accept"), file.lines());
    assertEquals(1, file.policy().rules().size());
  }

  @Test
  void rulesOfAConfigurationWithComments() {
    RulesFile file =
        RulesFile.ofJson(
            "r.json",
            """
            {
              // whom the office trusts
              "log.rate": 5, "log.drops": false, /* not now */
              "other": { "a": [1, "]", { "b": null }] },
              "rules:String[]": [
                "policy inbound drop", // closed
                "inbound tcp dport ssh accept comment \\"a\\\\/b\\""
              ]
            }
            """);
    assertEquals(List.of(), file.errors());
    assertEquals(
        List.of("policy inbound drop", "inbound tcp dport ssh accept comment \"a\\/b\""),
        file.lines());
  }

  @Test
  void anErrorIsPlacedInTheArrayAndInTheFile() {
    String json = "{\n  \"rules\": [ \"policy drop\",\n    \"tcp dport \\\"x\\\" accept\" ]\n}\n";
    RulesFile file = RulesFile.ofJson("r.json", json);
    assertNull(file.policy());
    RulesFile.Remark error = file.errors().getFirst();
    assertEquals("rules[1] column 11", error.place());
    assertEquals(3, error.line());
    // The escape takes a character more in the file than in the rule.
    assertEquals(json.lines().toList().get(2).indexOf("\\\"x") + 1, error.column());
    assertEquals("tcp dport \"x\" accept", error.source());
    assertEquals(11, error.mark());
  }

  @Test
  void anElementOfSeveralLines() {
    RulesFile file =
        RulesFile.ofJson("r.json", "{\"rules\":[\"policy drop\\ntcp dport nix accept\",\"dorp\"]}");
    assertEquals(
        List.of("rules[0] column 23", "rules[1] column 1"),
        file.errors().stream().map(RulesFile.Remark::place).toList());
    assertEquals("tcp dport nix accept", file.errors().getFirst().source());
    assertEquals(11, file.errors().getFirst().mark());
  }

  @Test
  void everyErrorOfAPlainFile() {
    RulesFile file = RulesFile.ofLines("r", "tcp dport nix accept\n\tudp dport nox accept\n");
    assertEquals(2, file.errors().size());
    String text = RemarkText.of(file);
    assertTrue(text.startsWith("r:1:11: "), text);
    assertTrue(text.contains("\n    tcp dport nix accept\n              ^\n"), text);
    assertTrue(text.contains("\n    \tudp dport nox accept\n    \t          ^\n"), text);
  }

  @Test
  void whatIsNoJsonIsSaidWithItsPlace() {
    assertFault("", 1, 1, "an object in braces");
    assertFault("{\"rules\":[\"a\" \"b\"]}", 1, 15, "a comma or the closing bracket");
    assertFault("{\"rules\":[\n 5 ]}", 2, 2, "a line of the policy in double quotes");
    assertFault("{\"rules\":{}}", 1, 10, "an array of texts");
    assertFault("{\"rules\":[],\"rules\":[]}", 1, 13, "comes twice");
    assertFault("{}", 1, 1, "has no key \"rules\"");
    assertFault("{\"a\":tru}", 1, 6, "tru is none");
    assertFault("{\"a\":1,}", 1, 8, "a key in double quotes");
    assertFault("{\"rules\":[\"x\n\"]}", 1, 11, "not closed on its line");
    assertFault("{\"rules\":[\"\\q\"]}", 1, 13, "after a backslash");
    assertFault("{\"a\":1 /* x", 1, 8, "the comment is not closed");
    assertFault("{} x", 1, 4, "nothing may follow");
    assertFault("{\"a\":" + "[".repeat(70), 1, 70, "nested too deeply");
  }

  private static void assertFault(String json, int line, int column, String words) {
    RulesFile file = RulesFile.ofJson("r.json", json);
    assertNull(file.policy());
    RulesFile.Remark fault = file.errors().getFirst();
    assertTrue(fault.sentence().contains(words), fault.sentence());
    assertEquals(line + ":" + column, fault.line() + ":" + fault.column(), fault.sentence());
  }

  /** Whatever is in a file, it is answered with remarks, never with an exception. */
  @Test
  void randomTextsAreReadOrRefused() {
    Random random = new Random(7);
    String letters = "{}[]\":,\\/*\n\tu0a rules tcp dport 22 drop @set = #";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "{\"rules\":[\"" : "");
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(letters.charAt(random.nextInt(letters.length())));
      }
      RulesFile file = RulesFile.ofJson("r.json", text.toString());
      assertEquals(file.policy() == null, !file.errors().isEmpty(), text.toString());
      assertNotNull(RemarkText.of(file));
      assertNotNull(RemarkText.of(RulesFile.ofLines("r", text.toString())));
    }
  }

  @Test
  void filesAreFoundFromTheFolder() throws Exception {
    Files.writeString(folder.resolve("r.txt"), "policy drop\n");
    assertNotNull(RulesFile.read(folder, "r.txt").policy());
    assertNotNull(RulesFile.read(Path.of("/"), folder.resolve("r.txt").toString()).policy());
    assertTrue(
        assertThrows(IllegalStateException.class, () -> RulesFile.read(folder, "s.txt"))
            .getMessage()
            .startsWith("There is no file " + folder.resolve("s.txt")));
    Files.write(folder.resolve("l.txt"), "comment \"ü\"".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> RulesFile.read(folder, "l.txt"))
            .getMessage()
            .contains("no text in UTF-8"));
    assertThrows(IllegalStateException.class, () -> RulesFile.read(folder, "."));
  }
}

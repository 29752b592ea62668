package org.vtl.itests.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each allowed difference has its reason in the documentation, and nothing else stands there. */
class DifferencesAreListedTest {
  private static final Path PAGE =
      Path.of(System.getProperty("vtl.root"), "docs/services/firewall-differences.md");

  @Test
  void theListIsTheEnumeration() throws Exception {
    List<String> lines = Files.readAllLines(PAGE);
    int other = lines.indexOf("## The kernel drops, VTL passes");
    assertEquals(titles(false), headings(lines.subList(0, other)));
    assertEquals(titles(true), headings(lines.subList(other, lines.size())));
  }

  private static List<String> titles(boolean vtlPasses) {
    return Arrays.stream(Difference.values())
        .filter(each -> each.vtlPasses == vtlPasses)
        .map(Difference::title)
        .sorted()
        .toList();
  }

  private static List<String> headings(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("### "))
        .map(line -> line.substring("### ".length()))
        .sorted()
        .toList();
  }
}

package org.vtl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  @ParameterizedTest
  @CsvSource({
    "lniks, links",
    "conection, connections",
    "stat, stats",
    "--cuonters, --counters",
    "servces, services",
    "LINKS, links",
    "vtl.prio, vtl.priority",
    "priority, vtl.priority",
    "outbound.loss, outbound.loss.percent"
  })
  void findsWhatWasMeant(String wrong, String meant) {
    List<String> candidates =
        List.of(
            "links",
            "connections",
            "status",
            "stats",
            "--counters",
            "services",
            "vtl.priority",
            "inbound.loss.percent",
            "outbound.loss.percent");

    assertEquals("; did you mean \"" + meant + "\"?", Nearest.hint(wrong, candidates));
  }

  @Test
  void doesNotGuessWildly() {
    assertEquals(".", Nearest.hint("xyzzy", List.of("links", "ports")));
    assertEquals(".", Nearest.hint("links", List.of()));
    assertEquals(".", Nearest.hint("l", List.of("links")));
    assertEquals(".", Nearest.hint("lb", List.of("of")));
    assertEquals("; \"help\" lists them.", Nearest.hint("xyzzy", List.of("links"), "help"));
  }

  @Test
  void aSwapIsOneStep() {
    assertEquals(1, Nearest.distance("ab", "ba"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
  }
}

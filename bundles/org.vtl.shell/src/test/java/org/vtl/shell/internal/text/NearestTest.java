package org.vtl.shell.internal.text;

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
    "servces, services"
  })
  void findsWhatWasMeant(String wrong, String meant) {
    List<String> candidates = List.of("links", "connections", "stats", "--counters", "services");

    assertEquals("; did you mean \"" + meant + "\"?", Nearest.hint(wrong, candidates));
  }

  @Test
  void doesNotGuessWildly() {
    assertEquals(".", Nearest.hint("xyzzy", List.of("links", "ports")));
    assertEquals(".", Nearest.hint("links", List.of()));
  }

  @Test
  void aSwapIsOneStep() {
    assertEquals(1, Nearest.distance("ab", "ba"));
    assertEquals(3, Nearest.distance("kitten", "sitting"));
  }
}

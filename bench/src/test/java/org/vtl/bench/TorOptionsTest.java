package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.bench.TorOptions.Work;

class TorOptionsTest {
  private static TorOptions parse(String words) {
    return TorOptions.parse(words.isEmpty() ? List.of() : List.of(words.split(" ")));
  }

  @Test
  void withoutWordsItMeasuresAllOfAll() {
    TorOptions options = parse("");
    assertEquals(EnumSet.allOf(Work.class), options.works());
    assertEquals(SocksServer.DANTE, options.server());
    assertEquals(3, options.rounds());
    assertEquals(3000, options.millis());
    assertFalse(options.adding());
    assertTrue(options.wants("redsocks"));
  }

  @Test
  void takesWhatItIsAsked() {
    TorOptions options =
        parse("vtl --workload up,held --rounds 7 --seconds 0.5 --add badvpn --microsocks");
    assertEquals(EnumSet.of(Work.UP, Work.HELD), options.works());
    assertEquals(SocksServer.MICROSOCKS, options.server());
    assertEquals(7, options.rounds());
    assertEquals(500, options.millis());
    assertTrue(options.adding());
    assertTrue(options.wants("badvpn"));
    assertFalse(options.wants("redsocks"));
  }

  @Test
  void saysWhatIsWrong() {
    assertRefused("--workload up,sideways", "sideways");
    assertRefused("--rounds", "--rounds");
    assertRefused("--rounds 0", "--rounds 0");
    assertRefused("--seconds soon", "--seconds soon");
  }

  private static void assertRefused(String words, String named) {
    BenchException why = assertThrows(BenchException.class, () -> parse(words));
    assertTrue(why.getMessage().contains(named), why::getMessage);
  }
}

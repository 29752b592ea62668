package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CaptureWordsTest {
  private static List<String> after(String... before) {
    return CaptureWords.after(
        List.of(before), List.of("lab", "vm7"), List.of("impair"), List.of("web"));
  }

  @Test
  void verbsAndWhatTheyAreAbout() {
    assertEquals(List.of("start", "stop", "list", "stream", "--json", "--help"), after());
    assertEquals(List.of(), after("start"), "a name of the user's own");
    assertEquals(List.of("web"), after("stop"));
    assertEquals(List.of("--json"), after("list"));
  }

  @Test
  void optionsAndTheirValues() {
    assertEquals(List.of("lab", "vm7"), after("start", "why", "--link"));
    assertEquals(
        List.of("arrival", "departure", "drop", "injection", "all", "impair"),
        after("start", "why", "--stage"));
    assertTrue(after("start", "why", "--filter").contains("tcp"));
    assertEquals(List.of(), after("start", "why", "--files"));
    assertTrue(after("start", "why", "--files", "5").contains("--file-mb"));
    assertFalse(after("start", "why", "--files", "5").contains("--files"));
    assertTrue(after("start", "why", "--force").contains("--link"));
  }

  /** What Tab offers must be what the command takes. */
  @Test
  void everyOptionOfferedIsTaken() {
    for (String option : after("start", "why")) {
      if (!option.equals("--json")) { // taken before the others are read
        CaptureOptions.parse(option.equals("--force") ? List.of(option) : List.of(option, "1"));
      }
    }
  }
}

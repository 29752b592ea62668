package org.vtl.lab.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabWordsTest {
  private static final List<String> HOSTS = List.of("vm", "net");

  private static List<String> after(String... before) {
    return LabWords.after(List.of(before), HOSTS);
  }

  @Test
  void operandsAreWhatTheyName() {
    assertEquals(List.of("ping", "traffic", "exec", "tor", "cable", "--help", "--json"), after());
    assertEquals(List.of("tcp", "udp"), after("traffic"));
    assertEquals(HOSTS, after("exec"));
    assertEquals(List.of(), after("exec", "vm"), "a program");
    assertEquals(HOSTS, after("cable"));
    assertEquals(List.of("pull", "plug"), after("cable", "net"));
    assertEquals(List.of(), after("cable", "net", "pull"));
    assertEquals(List.of(), after("nonsense"));
  }

  @Test
  void optionsAndTheirValues() {
    assertEquals(HOSTS, after("ping", "--from"));
    assertEquals(List.of(), after("ping", "--count"));
    assertEquals(List.of("--from", "--ipv6", "--json"), after("ping", "--count", "3"));
    assertTrue(after("traffic", "udp").contains("--size"));
    assertTrue(after("traffic", "--ipv6", "tcp").contains("--connections"));
  }

  /** What Tab offers must be what the command takes. */
  @Test
  void everyOptionOfferedIsTaken() {
    for (List<String> before :
        List.of(List.of("ping"), List.of("traffic", "tcp"), List.of("traffic", "udp"))) {
      for (String option : LabWords.after(before, HOSTS)) {
        List<String> words = Words.isValued(option) ? List.of(option, "1") : List.of(option);
        assertTrue(new Words(words).has(option), option);
      }
    }
  }
}

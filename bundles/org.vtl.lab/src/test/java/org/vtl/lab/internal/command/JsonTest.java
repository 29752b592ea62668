package org.vtl.lab.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonTest {
  record Inner(long number, List<String> words) {}

  record Outer(String text, boolean truth, double share, Inner inner, List<Inner> none) {}

  @Test
  void recordsBecomeObjects() {
    assertEquals(
        "{\"text\":\"a \\\"b\\\" \\\\ \\u000a\",\"truth\":true,\"share\":0.5,"
            + "\"inner\":{\"number\":-7,\"words\":[\"x\",\"y\"]},\"none\":[]}",
        Json.of(
            new Outer("a \"b\" \\ \n", true, 0.5, new Inner(-7, List.of("x", "y")), List.of())));
  }
}

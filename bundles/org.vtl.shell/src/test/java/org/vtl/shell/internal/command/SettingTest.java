package org.vtl.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.runtime.Configurations;

class SettingTest {
  private static Configurations.Key key(String type) {
    return new Configurations.Key("k", type, "", "");
  }

  private static Object value(String text, String type) throws Failure {
    return Setting.value("k", text, key(type), null);
  }

  @Test
  void readsTheKeysType() throws Failure {
    assertEquals(7, value("7", "Integer"));
    assertEquals(7L, value("7", "Long"));
    assertEquals(0.5, value("0.5", "Double"));
    assertEquals(true, value("yes", "Boolean"));
    assertEquals("1.10", value("1.10", "String"));
    assertArrayEquals(new String[] {"a", "b,c", ""}, (String[]) value("a,b\\,c,", "String[]"));
    assertArrayEquals(new Integer[] {80, 443}, (Integer[]) value("80,443", "Integer[]"));
  }

  @Test
  void withoutAKeyFollowsThePresentValue() throws Failure {
    assertEquals("a,b", Setting.value("k", "a,b", null, "x"));
    assertArrayEquals(
        new String[] {"a", "b"}, (String[]) Setting.value("k", "a,b", null, new String[] {"x"}));
  }

  @ParameterizedTest
  @CsvSource({"Integer, x", "Integer, 99999999999", "Boolean, maybe", "Integer[], '1,x'"})
  void refusesWhatDoesNotFit(String type, String text) {
    assertThrows(Failure.class, () -> value(text, type));
  }

  @Test
  void textComesBack() throws Failure {
    assertEquals("a,b\\,c", Setting.text(List.of("a", "b,c")));
    assertEquals("1,2", Setting.text(new int[] {1, 2}));
    assertArrayEquals(
        new String[] {"a", "b,c"},
        (String[]) value(Setting.text(new String[] {"a", "b,c"}), "String[]"));
  }
}

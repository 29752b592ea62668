package org.vtl.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TableTest {
  @Test
  void alignsNumbersToTheRightAndTextToTheLeft() {
    Table table = new Table("NAME", ">PACKETS", "STATE");
    table.row("a", 7, "UP").row("longer", 12_345, "").note("because of this");

    assertEquals(
        """
        NAME    PACKETS  STATE
        a             7  UP
        longer    12345  -
            because of this
        """,
        table.render(100, false));
  }

  @Test
  void asTextIsAsWideAsItNeeds() {
    Table table = new Table("ADDRESS", ">N");
    table.row("x".repeat(300), 1);

    assertEquals("ADDRESS" + " ".repeat(295) + "N\n" + "x".repeat(300) + "  1\n", table.toString());
  }

  @Test
  void cutsTheWidestTextWhereItWouldNotFit() {
    Table table = new Table("ADDRESS", ">N");
    table.row("packet:a-very-long-name-of-an-interface", 1);

    String text = table.render(20, false);

    assertEquals("ADDRESS            N\npacket:a-very-lo…  1\n", text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 20));
  }

  @Test
  void breaksNotesAtTheWidth() {
    Table table = new Table("A");
    table.row("x").note("one two three four five");

    assertEquals("A\nx\n    one two\n    three four\n    five\n", table.render(14, false));
  }

  @Test
  void coloursWithoutMovingTheColumns() {
    Table table = new Table("STATE", "NEXT");
    table.row("UP", "b").style(0, Style.GOOD);

    assertEquals(
        "\u001b[1mSTATE\u001b[0m  \u001b[1mNEXT\u001b[0m\n\u001b[32mUP\u001b[0m     b\n",
        table.render(100, true));
  }

  @Test
  void aCellCannotSteerTheTerminal() {
    Table table = new Table("A");
    table.row("x\u001b[2J\r\ny").note("\u0007bell").row("\u009b1m");

    assertEquals("A\nx?[2J??y\n    ?bell\n?1m\n", table.render(100, false));
  }

  @Test
  void refusesARowOfAnotherLength() {
    assertThrows(IllegalArgumentException.class, () -> new Table("A", "B").row("x"));
  }
}

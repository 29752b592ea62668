package org.vtl.shell.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  private static final Syntax SYNTAX =
      Syntax.of("dig", "dig")
          .operands("[HOLE...]", 0, 3, Noun.NONE)
          .flag("--deep", "deeper")
          .option("-n", "COUNT", "how many", Noun.NONE)
          .option("--sort", "KEY", "order", Noun.SORT)
          .example("dig");

  private static Arguments parse(String... words) throws Failure {
    return Arguments.parse(SYNTAX, List.of(words));
  }

  private static String failure(String... words) {
    return assertThrows(Failure.class, () -> parse(words)).getMessage();
  }

  @Test
  void sortsWords() throws Failure {
    Arguments arguments = parse("a", "-n", "5", "--sort=-bytes", "b", "--deep");

    assertEquals(List.of("a", "b"), arguments.operands());
    assertEquals(5, arguments.number("-n", 1, 0, 9));
    assertEquals("-bytes", arguments.text("--sort", ""));
    assertTrue(arguments.has("--deep"));
    assertEquals("", arguments.operand(7));
  }

  @Test
  void anOptionTakesTheNextWordWhateverItIs() throws Failure {
    assertEquals("-bytes", parse("--sort", "-bytes").text("--sort", ""));
  }

  @Test
  void behindTwoDashesAllAreOperands() throws Failure {
    assertEquals(List.of("--deep", "-n"), parse("--", "--deep", "-n").operands());
  }

  @Test
  void aNumberBelowZeroIsAnOperand() throws Failure {
    assertEquals(List.of("-5", "-"), parse("-5", "-").operands());
  }

  @Test
  void saysWhatIsWrong() {
    assertEquals("dig has no option \"--dep\"; did you mean \"--deep\"?", failure("--dep"));
    assertEquals("Option -n of dig needs a value: -n COUNT.", failure("-n"));
    assertEquals("Option --deep of dig takes no value; leave out \"=1\".", failure("--deep=1"));
    assertTrue(failure("a", "b", "c", "d").contains("\"d\""));
  }

  @Test
  void checksNumbers() throws Failure {
    Arguments arguments = parse("-n", "x");

    Failure failure = assertThrows(Failure.class, () -> arguments.number("-n", 1, 0, 9));

    assertEquals(
        "Option -n of dig is \"x\", and must be a number from 0 to 9.", failure.getMessage());
    assertEquals(Failure.USAGE, failure.status());
  }
}

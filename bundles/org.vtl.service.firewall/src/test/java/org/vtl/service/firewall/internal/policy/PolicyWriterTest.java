package org.vtl.service.firewall.internal.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is read as the same, and random text harms nothing. */
class PolicyWriterTest {
  @Test
  void everyPolicySurvivesWritingAndReading() {
    for (int seed = 0; seed < 1_500; seed++) {
      String text = new RandomPolicy(seed, true).text(25);
      Reading reading = PolicyReader.read(text);
      assertEquals(List.of(), reading.errors(), () -> text);
      String written = PolicyWriter.text(reading.policy());
      Reading again = PolicyReader.read(written);
      assertEquals(List.of(), again.errors(), () -> written);
      assertEquals(reading.policy(), again.policy(), () -> text + "\n----\n" + written);
      assertEquals(written, PolicyWriter.text(again.policy()));
      assertTrue(PolicyChange.between(reading.policy(), again.policy()).isEmpty());
    }
  }

  @Test
  void theSampleSurvivesToo() {
    Policy policy = PolicyReaderTest.policy(PolicyReaderTest.SAMPLE);
    assertEquals(policy, PolicyReaderTest.policy(PolicyWriter.text(policy)));
  }

  /**
   * Whatever is cut out or put in: an error or a policy, never an exception, and errors lie within.
   */
  @Test
  void damagedTextGivesErrorsOrAPolicy() {
    Random random = new Random(4);
    String pieces = "{}(),/=!&|\"#;\n\\@-.: accept set link limit 9 %é";
    for (int i = 0; i < 4_000; i++) {
      StringBuilder text = new StringBuilder(new RandomPolicy(i % 50, true).text(8));
      for (int k = random.nextInt(6); k >= 0; k--) {
        int at = random.nextInt(text.length());
        if (random.nextBoolean()) {
          text.delete(at, Math.min(text.length(), at + random.nextInt(5)));
        } else {
          text.insert(at, pieces.charAt(random.nextInt(pieces.length())));
        }
      }
      Reading reading = PolicyReader.read(text.toString());
      long lines = text.chars().filter(c -> c == '\n').count() + 1;
      assertEquals(reading.errors().isEmpty(), reading.policy() != null);
      for (PolicyError error : reading.errors()) {
        assertTrue(
            error.line() >= 1 && error.line() <= lines && error.column() >= 1, error::toString);
      }
    }
  }
}

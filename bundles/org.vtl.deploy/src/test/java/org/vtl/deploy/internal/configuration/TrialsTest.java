package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;
import org.vtl.runtime.ConfigurationTrials;

class TrialsTest {
  private static final String PID = "org.vtl.limiter";
  private static final String BEFORE = "{\n  // slow\n  \"rate\": 5\n}\n";

  @TempDir Path folder;
  private Path etc;
  private Path file;
  private TestFramework framework;
  private ConfigurationFiles files;
  private Trials trials;

  @BeforeEach
  void start() throws Exception {
    etc = folder.resolve("etc");
    file = etc.resolve(PID + ".cfg.json");
    framework = new TestFramework(folder);
    framework.install(
        new TestBundle("limiter", "1.0")
            .metatype(PID, false, "<AD id=\"rate\" type=\"Integer\" min=\"1\" max=\"100\"/>"));
    files = files();
    files.start();
    trials = new Trials(files, etc, folder.resolve("data/trials"));
  }

  private ConfigurationFiles files() throws Exception {
    return new ConfigurationFiles(
        framework.context(),
        framework.service(ConfigurationAdmin.class),
        framework.service(MetaTypeService.class),
        etc);
  }

  @AfterEach
  void stop() throws Exception {
    trials.close();
    framework.close();
  }

  private Object rate() {
    return files.list().stream()
        .filter(entry -> entry.pid().equals(PID))
        .findFirst()
        .orElseThrow()
        .values()
        .get("rate");
  }

  private void save() throws Exception {
    Files.writeString(file, BEFORE);
    files.poll();
    files.poll();
    assertEquals(5, rate());
  }

  @Test
  void aChangeIsTakenBackWithEveryCommentOfTheFile() throws Exception {
    save();
    ConfigurationTrials.Trial trial = trials.start(PID, Map.of("rate", 7), 3_600, "eve");
    assertEquals(7, rate());
    assertEquals(List.of(trial), trials.running());

    assertEquals(trial, trials.revert(PID));
    assertEquals(5, rate());
    assertEquals(BEFORE, Files.readString(file));
    assertEquals(List.of(), trials.running());
  }

  @Test
  void timeTakesItBack() throws Exception {
    save();
    trials.start(PID, Map.of("rate", 7), 1, "eve");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!trials.running().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(5, rate());
  }

  @Test
  void whatIsConfirmedStays() throws Exception {
    save();
    trials.start(PID, Map.of("rate", 7), 3_600, "eve");
    trials.confirm(PID);
    trials.close();
    new Trials(files, etc, folder.resolve("data/trials")).recover();

    assertTrue(Files.readString(file).contains("7"));
    assertEquals(7, rate());
  }

  @Test
  void whatWasNotThereIsGoneAgain() throws Exception {
    trials.start(PID, Map.of("rate", 7), 3_600, "eve");
    assertTrue(Files.exists(file));
    trials.close();

    assertFalse(Files.exists(file));
  }

  @Test
  void aNewStartTakesBackWhatAKilledOneLeft() throws Exception {
    save();
    trials.start(PID, Map.of("rate", 7), 3_600, "eve");
    trials.start("org.vtl.other", Map.of("a", "b"), 3_600, "eve");
    // As if killed: nobody closes these trials before another run looks.
    ConfigurationFiles next = files();
    Trials nextTrials = new Trials(next, etc, folder.resolve("data/trials"));
    nextTrials.recover();
    next.start();

    assertEquals(BEFORE, Files.readString(file));
    assertFalse(Files.exists(etc.resolve("org.vtl.other.cfg.json")));
    nextTrials.close();
  }

  @Test
  void aWrongChangeIsNoneAndASecondTrialIsRefused() throws Exception {
    save();
    assertThrows(
        IllegalArgumentException.class, () -> trials.start(PID, Map.of("rate", 101), 9, "eve"));
    assertThrows(
        IllegalArgumentException.class, () -> trials.start(PID, Map.of("rate", 7), 0, "eve"));
    assertThrows(
        IllegalArgumentException.class, () -> trials.start("../x", Map.of("rate", 7), 9, "eve"));
    assertThrows(IllegalStateException.class, () -> trials.confirm(PID));
    assertEquals(BEFORE, Files.readString(file));
    trials.start(PID, Map.of("rate", 7), 3_600, "eve");
    String refused =
        assertThrows(
                IllegalStateException.class, () -> trials.start(PID, Map.of("rate", 8), 9, "adam"))
            .getMessage();
    assertTrue(refused.contains("by eve until "), refused);
  }
}

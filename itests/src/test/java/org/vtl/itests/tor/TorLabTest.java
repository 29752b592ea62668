package org.vtl.itests.tor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.itests.RunningLab;
import org.vtl.lab.internal.tor.TorNetwork;
import org.vtl.lab.internal.tor.TorPlan;

/** {@code vtl lab --tor} as a person tries it. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TorLabTest {
  private static final Pattern ONION = Pattern.compile("\"onion\":\"([a-z2-7]{56}\\.onion)\"");
  private static final int READY_SECONDS = 120;
  private static final int GONE_SECONDS = 20;

  @TempDir Path temporary;

  @Test
  void theVmReachesTheWebAndTheOnionServiceAndNothingStays() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    assumeTrue(TorNetwork.missing().isEmpty(), TorNetwork.missing());
    try (RunningLab lab = RunningLab.start(temporary, "--tor")) {
      String said = ready(lab);
      Matcher onion = ONION.matcher(said);
      assertTrue(onion.find(), said);
      String web = curl(lab, TorPlan.WEB_NAME);
      assertTrue(web.endsWith("which is a Tor exit."), web);
      String hidden = curl(lab, onion.group(1));
      assertTrue(hidden.contains("This is " + onion.group(1)), hidden);
      said = lab.succeed("lab", "tor");
      assertTrue(said.contains(TorPlan.WEB_NAME + "/"), said);
      lab.kill();
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS);
    while (!left().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(List.of(), left());
  }

  private static String ready(RunningLab lab) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    String said = lab.run("lab", "tor", "--json");
    while (!said.contains("\"ready\":true")) {
      assertTrue(System.nanoTime() < end, said);
      TimeUnit.MILLISECONDS.sleep(200);
      said = lab.run("lab", "tor", "--json");
    }
    return said;
  }

  private static String curl(RunningLab lab, String host) throws Exception {
    return lab.run("lab", "exec", "vm", "curl", "-sS", "-m", "60", "http://" + host + "/");
  }

  /** Files of the lab, and processes that have them. */
  private List<Path> left() throws Exception {
    try (Stream<Path> files = Files.list(temporary)) {
      return files.toList();
    }
  }
}

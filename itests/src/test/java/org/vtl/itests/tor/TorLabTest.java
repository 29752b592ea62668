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
import org.vtl.itests.web.TorPage;
import org.vtl.itests.web.WebLab;
import org.vtl.lab.internal.tor.TorNetwork;
import org.vtl.lab.internal.tor.TorPlan;

/** {@code vtl lab --tor} as a person tries it. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class TorLabTest {
  private static final Pattern ONION = Pattern.compile("\"onion\":\"([a-z2-7]{56}\\.onion)\"");
  private static final int READY_SECONDS = 120;
  private static final int GONE_SECONDS = 20;

  @TempDir Path temporary;
  @TempDir Path browser;

  @Test
  void theVmReachesTheWebAndTheOnionServiceAndNothingStays() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
    assumeTrue(TorNetwork.missing().isEmpty(), TorNetwork.missing());
    try (WebLab web = WebLab.start(temporary, "capture", "--tor")) {
      RunningLab lab = web.lab;
      String said = ready(lab);
      Matcher onion = ONION.matcher(said);
      assertTrue(onion.find(), said);
      String site = curl(lab, TorPlan.WEB_NAME);
      assertTrue(site.endsWith("which is a Tor exit."), site);
      String hidden = curl(lab, onion.group(1));
      assertTrue(hidden.contains("This is " + onion.group(1)), hidden);
      said = lab.succeed("lab", "tor");
      assertTrue(said.contains(TorPlan.WEB_NAME + "/"), said);
      if (Files.exists(Path.of("/usr/bin/chromium"))) {
        lookAtThePage(web);
      }
      lab.kill();
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(GONE_SECONDS);
    while (!left().isEmpty() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertEquals(List.of(), left());
  }

  /** While a stream is held, and another has failed. */
  private void lookAtThePage(WebLab web) throws Exception {
    String refused = curl(web.lab, TorPlan.WEB_NAME + ":81");
    assertTrue(refused.contains("curl: ("), refused);
    Process held =
        web.lab.begin(
            "lab", "exec", "vm", "curl", "-sS", "-m", "60", "telnet://" + TorPlan.WEB_NAME + ":80");
    try {
      TorPage.look(
          web,
          browser,
          "/www.example.org.*established/s.test(vtlTest.find('#streams').textContent)"
              + " && /www.example.org:81/.test(vtlTest.find('#failures').textContent)"
              + " && /→.*built|built.*→/is.test(vtlTest.find('#circuits').textContent)"
              + " && /onion/.test(vtlTest.find('#names').textContent)");
    } finally {
      held.destroy();
    }
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

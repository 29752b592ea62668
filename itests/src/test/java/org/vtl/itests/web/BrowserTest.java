package org.vtl.itests.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.itests.BuiltBundle;
import org.vtl.itests.RunningLab;

/**
 * Every page in a real browser, as an administrator, a phone and a screen reader have them. What
 * was to be seen stays as pictures in {@code target/pages}.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BrowserTest {
  private static final Path ROOT = Path.of(System.getProperty("vtl.root"));
  private static final Path PICTURES = ROOT.resolve("itests/target/pages");
  private static final String HOSTILE = "<img src=x onerror=document.title='owned'>";
  private static final String PORTBLOCK = "org.vtl.example.portblock";
  private static final String PASSWORD = "correct horse";

  @TempDir static Path folder;
  private static WebLab web;
  private static RunningLab lab;
  private static Chromium browser;
  private static Page page;

  @BeforeAll
  static void logInByTheTokenAndMakeAUser() throws Exception {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "The lab needs a network namespace, which takes root here.");
    assumeTrue(Files.exists(Path.of("/usr/bin/chromium")), "chromium is missing.");
    web = WebLab.start(Files.createDirectory(folder.resolve("lab")), "capture,impair");
    lab = web.lab;
    browser = Chromium.start(Files.createDirectory(folder.resolve("browser")));
    page = browser.page();
    page.look(1280, 900, false);
    page.open(web.origin() + "/vtl/login#token=" + web.token(), "vtlTest.find('#new-user')");
    page.picture(PICTURES.resolve("login.png"));
    assertEquals(List.of(), page.faults());
    page.fill("field=Your name", "ann");
    page.fill("field=A password of ten characters or more", PASSWORD);
    page.click("button=Make this administrator");
    page.await(
        "location.pathname.endsWith('/vtl-overview') &&"
            + " vtlTest.find('#who').textContent.includes('ann')");
  }

  @AfterAll
  static void stop() throws Exception {
    if (browser != null) {
      browser.close();
    }
    if (web != null) {
      web.close();
    }
  }

  @AfterEach
  void theConsoleIsSilent() {
    assertEquals(List.of(), page.complaints());
  }

  /** Opens a page, and waits until it shows what it has. */
  private static void open(String name) throws Exception {
    page.open(
        web.origin() + "/system/console/vtl-" + name,
        "document.querySelector('main h1') && !vtlTest.busy()");
  }

  /** Waits for a job's end, and returns its sentence. */
  private static void awaitJob(String sentence) {
    page.await("vtlTest.text(vtlTest.find('#jobs')).includes('" + sentence + "')");
  }

  @Test
  @Order(1)
  void numbersOfATransferMove() throws Exception {
    open("overview");
    Process traffic = lab.begin("lab", "traffic", "tcp", "--seconds", "4", "--rate", "80");
    page.await("/[1-9].*[kM]bit/.test(vtlTest.find('#tiles').textContent)");
    page.await("/lab/.test(vtlTest.find('#links').textContent)");
    page.picture(PICTURES.resolve("overview-transfer.png"));
    traffic.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
    assertEquals(0, traffic.waitFor());
    page.await("!/[kM]bit/.test(vtlTest.find('#tiles').textContent)");
  }

  @Test
  @Order(2)
  void aBundleIsInstalledUpdatedAndRolledBack() throws Exception {
    open("packages");
    page.await("vtlTest.find('button=Remove impair')");
    for (String stays : List.of("core", "shell", "web")) {
      assertEquals(null, page.evaluate("vtlTest.find('button=Remove " + stays + "')"));
    }
    page.evaluate(
        "import('/vtl/pages/api.js').then(({api}) => api('POST', '/jobs', {body:"
            + " {action: 'uninstall', name: 'web'}})).then(() => true)");
    awaitJob("stays while it runs");
    page.click("button=Install a bundle");
    page.give("field=A bundle's jar", jar(PORTBLOCK));
    page.click("button=Show the plan");
    page.await("vtlTest.find('dialog').textContent.includes('" + PORTBLOCK + " 0.1.0')");
    page.picture(PICTURES.resolve("packages-plan.png"));
    page.click("button=Install");
    awaitJob(PORTBLOCK + " 0.1.0 is installed");
    page.await("vtlTest.find('#installed').textContent.includes('" + PORTBLOCK + "')");
    page.picture(PICTURES.resolve("packages-done.png"));

    Path next = folder.resolve("next.jar");
    BuiltBundle.write(next, ROOT.resolve("bundles/" + PORTBLOCK), "0.2.0");
    page.click("button=Update " + PORTBLOCK);
    page.give("field=A bundle's jar", next);
    page.click("button=Show the plan");
    page.await("vtlTest.find('dialog').textContent.includes('0.1.0 > 0.2.0')");
    page.click("button=Update");
    awaitJob("updated from 0.1.0 to 0.2.0");
    page.click("button=Back to 0.1.0 " + PORTBLOCK);
    page.click("button=Go back");
    awaitJob("updated from 0.2.0 to 0.1.0");

    page.click("button=Install a bundle");
    page.give("field=A bundle's jar", Path.of("/usr/bin/env"));
    page.click("button=Show the plan");
    page.await("vtlTest.text(vtlTest.find('dialog [role=alert]')).endsWith('.')");
    page.press("Escape", 0);
    page.complaints().forEach(each -> assertTrue(each.contains(" 400 "), each));
  }

  @Test
  @Order(3)
  void aConfigurationIsTriedAndThePacketsThatItDropsSayWhy() throws Exception {
    open("configuration?pid=" + PORTBLOCK);
    page.fill("field=ports", "8080");
    page.click("button=Review change");
    page.await("vtlTest.find('dialog').textContent.includes('8080')");
    page.picture(PICTURES.resolve("configuration-change.png"));
    page.click("button=Apply");
    page.await("/On trial/.test(vtlTest.find('#trials').textContent)");
    page.picture(PICTURES.resolve("configuration-trial.png"));
    page.click("button=Confirm " + PORTBLOCK);
    page.await("!/On trial/.test(vtlTest.find('#trials').textContent)");

    open("trace");
    page.click("field=Dropped only");
    page.await("vtlTest.find('#live').classList.contains('on')");
    Process knock =
        lab.begin(
            "lab", "exec", "vm", "timeout", "9", "bash", "-c", "echo > /dev/tcp/10.10.0.2/8080");
    page.await("/dropped portblock.blocked-port/.test(vtlTest.text(vtlTest.find('#packets')))");
    page.picture(PICTURES.resolve("trace-dropped.png"));
    page.click("#packets tbody th button");
    page.await("vtlTest.find('dialog').textContent.includes('blocked-port')");
    page.picture(PICTURES.resolve("trace-packet.png"));
    page.press("Escape", 0);
    page.await("!vtlTest.find('dialog')");
    page.fill("field=Filter", "nonsense");
    page.click("button=Apply");
    page.await("vtlTest.find('#problem').textContent.includes('nonsense')");
    knock.destroy();
    page.complaints().forEach(each -> assertTrue(each.contains(" 400 "), each));
  }

  @Test
  @Order(4)
  void servicesAreDraggedAndMovedByKeys() throws Exception {
    open("pipeline");
    page.await("/Per packet\\d.*s \\(99 %/.test(vtlTest.find('#stack').textContent)");
    String order =
        "[...document.querySelectorAll('#stack > li')].map((li) => li.dataset.name).join()";
    String[] names = page.evaluate(order).toString().split(",");
    assertTrue(names.length >= 2, names.length + " services");
    String rest = String.join(",", List.of(names).subList(2, names.length));
    String moved = names[1] + "," + names[0] + (rest.isEmpty() ? "" : "," + rest);
    page.drag("[data-name=" + names[0] + "] .grip", "[data-name=" + names[1] + "]", 0.9);
    page.await(order + " === '" + moved + "'");
    page.picture(PICTURES.resolve("pipeline-moved.png"));
    String services = lab.run("services", "--json");
    assertTrue(services.indexOf(names[1]) < services.indexOf(names[0]), services);
    String grip = "[data-name=" + names[0] + "] .grip";
    page.focus(grip);
    page.press("ArrowUp", 0);
    page.await(order + " === '" + String.join(",", names) + "'");
    page.await("document.activeElement.matches('" + grip + "')");
  }

  @Test
  @Order(5)
  void aConnectionIsLookedAt() throws Exception {
    Process traffic = lab.begin("lab", "traffic", "tcp", "--seconds", "15", "--rate", "20");
    open("connections");
    page.fill("#filter", "tcp");
    page.click("button=Find");
    page.await("vtlTest.find('#list tbody a')");
    page.click("#list tbody a");
    List<String> faults = new ArrayList<>();
    page.await("/Delivered up to/.test(vtlTest.find('#one').textContent)");
    page.await("/portblock/.test(vtlTest.find('#one .chain').textContent)");
    page.await("/The VM opened it/.test(vtlTest.find('#one .timeline').textContent)");
    page.await("/It is established/.test(vtlTest.find('#one .timeline').textContent)");
    look("connection", "light", 1280, 900, false, faults);
    look("connection", "dark", 1280, 900, true, faults);
    look("connection", "phone", 390, 844, false, faults);
    timelinesThatAreLongAndForgotten(faults);
    assertEquals(List.of(), faults);
    page.look(1280, 900, false);
    traffic.destroy();
  }

  /** As the page shows them, which in a test would take thousands of connections. */
  private static void timelinesThatAreLongAndForgotten(List<String> faults) throws Exception {
    page.evaluate(
        """
        import('/vtl/pages/timeline.js').then(({ timelineIn }) => {
          const [long, none] = [1, 2].map(() => document.createElement('div'));
          vtlTest.find('#one h1').after(long, none);
          const kinds = ['TO_KERNEL', 'FROM_KERNEL', 'DROPPED', 'ESTABLISHED', 'EXPIRED'];
          timelineIn(long)({ whole: false, events: Array.from({ length: 45 }, (_, i) => ({
            kind: kinds[i % 5], ageSeconds: 90_000 / (i + 1), text: 'This happened, and '
              + 'it takes a sentence of some length to say so. '.repeat(i % 3),
          })) });
          timelineIn(none)({ whole: false, events: [] });
          return true;
        })
        """);
    look("timeline", "phone", 390, 844, false, faults);
    look("timeline", "dark", 1280, 900, true, faults);
    String items = "document.querySelector('.timeline').children.length === ";
    page.await(items + 30);
    page.click("button=Show the 15 before");
    page.await(items + 45);
  }

  @Test
  @Order(6)
  void theSlowerOfTwoOperatorsIsToldAndOverwritesNothing() throws Exception {
    page.evaluate(
        "import('/vtl/pages/api.js').then(({api}) => api('POST', '/users', {body: {name: 'carol',"
            + " role: 'operator', password: '"
            + PASSWORD
            + "'}})).then(() => true)");
    Page other = browser.pageOfAnother();
    other.look(1280, 900, false);
    other.open(web.origin() + "/vtl/login", "vtlTest.find('field=User')");
    logIn(other, "carol");
    String configuration = web.origin() + "/system/console/vtl-configuration?pid=" + PORTBLOCK;
    for (Page one : List.of(other, page)) {
      one.open(configuration, "vtlTest.find('field=ports') && !vtlTest.busy()");
    }
    String ports = "vtlTest.find('field=ports').value";
    page.fill("field=ports", "9090");
    applyForGood(other, "8443");
    page.click("button=Review change");
    page.await("/faster/.test(vtlTest.find('dialog h2').textContent)");
    String told = page.evaluate("vtlTest.find('dialog').textContent").toString();
    for (String word : List.of("Nothing of yours", "by carol at ", "8080", "8443", "9090")) {
      assertTrue(told.contains(word), told);
    }
    page.picture(PICTURES.resolve("configuration-slower.png"));
    assertEquals(List.of(), page.faults());
    page.look(390, 844, true);
    page.picture(PICTURES.resolve("configuration-slower-phone.png"));
    page.look(1280, 900, false);
    page.click("button=Keep what I typed");
    page.await("!vtlTest.find('dialog')");
    page.click("button=Review change");
    page.await("vtlTest.find('dialog del').textContent === '8443'");
    page.press("Escape", 0);
    page.await("!vtlTest.find('dialog') && " + ports + " === '9090'");
    String now = lab.run("config", PORTBLOCK, "--json");
    assertTrue(now.contains("8443") && !now.contains("9090"), now);

    applyForGood(other, "8444");
    page.click("button=Review change");
    page.click("button=Drop mine");
    page.await("!vtlTest.find('dialog') && " + ports + " === '8444'");
    page.await("vtlTest.find('button=Review change').disabled");
    assertEquals(List.of(), other.complaints());
    page.complaints().forEach(each -> assertTrue(each.contains(" 412 "), each));
  }

  private static void applyForGood(Page operator, String ports) {
    operator.fill("field=ports", ports);
    operator.click("button=Review change");
    operator.click("field=For good");
    operator.click("button=Apply");
    operator.await("!vtlTest.find('dialog') && vtlTest.find('button=Review change').disabled");
  }

  private static void logIn(Page page, String user) {
    page.await("!vtlTest.find('button=Log in').disabled");
    page.fill("field=User", user);
    page.fill("field=Password", PASSWORD);
    page.press("Enter", 0);
    page.await(
        "location.pathname.endsWith('/vtl-overview') &&"
            + " vtlTest.find('#who').textContent.includes('"
            + user
            + "')");
  }

  @Test
  @Order(7)
  void aBundleIsTakenOut() throws Exception {
    open("packages");
    page.click("button=Remove " + PORTBLOCK);
    page.click("dialog button[type=submit]");
    page.await("!vtlTest.find('#installed').textContent.includes('" + PORTBLOCK + "')");
    assertFalse(lab.run("services", "--json").contains("portblock"));
  }

  private static Path jar(String bundle) throws Exception {
    try (Stream<Path> files = Files.list(ROOT.resolve("bundles/" + bundle + "/target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(bundle + "-[0-9.]+\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  @Order(8)
  void aCaptureIsStartedStoppedAndDownloaded() throws Exception {
    open("capture");
    page.click("button=Start a capture");
    page.fill("field=Name", "seen");
    page.fill("field=Filter", "icmp");
    page.picture(PICTURES.resolve("capture-start.png"));
    page.click("dialog button[type=submit]");
    page.await("vtlTest.find('#captures').textContent.includes('seen')");
    lab.succeed("lab", "ping", "--count", "3");
    page.await("/[1-9]/.test(vtlTest.find('#captures tbody tr').cells[5].textContent)");
    page.picture(PICTURES.resolve("capture-runs.png"));
    page.click("button=Stop seen");
    page.await("!vtlTest.find('button=Stop seen')");
    Path downloads = Files.createDirectory(folder.resolve("downloads"));
    Path file = browser.download(downloads, () -> page.click("link=Download seen"));
    Process tshark =
        new ProcessBuilder("tshark", "-r", file.toString(), "-Y", "icmp")
            .redirectErrorStream(true)
            .start();
    String read = new String(tshark.getInputStream().readAllBytes());
    assertEquals(0, tshark.waitFor(), read);
    assertTrue(read.lines().filter(line -> line.contains("Echo (ping)")).count() >= 6, read);
  }

  @Test
  @Order(9)
  void theLogIsLiveAndABundleLogsMore() throws Exception {
    open("log");
    page.choose("field=Level of org.vtl.core", "DEBUG");
    page.await("vtlTest.find('#toasts').textContent.includes('org.vtl.core')");
    page.fill("field=Contains", "is open");
    String lines = "document.querySelectorAll('#lines tbody tr').length";
    long before = (Long) page.evaluate(lines);
    lab.succeed("lab", "cable", "net", "pull");
    lab.succeed("lab", "cable", "net", "plug");
    page.await(lines + " > " + before);
    page.picture(PICTURES.resolve("log-filtered.png"));
    page.choose("field=Level of org.vtl.core", "");
    page.await("vtlTest.find('#toasts').textContent.includes('as configured')");
  }

  @Test
  @Order(10)
  void usersComeWithRolesAndTokens() throws Exception {
    open("users");
    page.click("button=New user");
    page.fill("field=Name", "bob");
    page.picture(PICTURES.resolve("users-new.png"));
    page.fill("field=Password", PASSWORD);
    page.click("dialog button[type=submit]");
    page.await("vtlTest.find('#users').textContent.includes('bob')");
    page.click("button=New token of bob");
    page.fill("field=What it is for", "backup");
    page.click("dialog button[type=submit]");
    page.await("/^vtl_/.test(vtlTest.find('.token').textContent)");
    page.picture(PICTURES.resolve("users-token.png"));
    page.press("Escape", 0);
    page.await("vtlTest.find('#audit').textContent.includes('/users/bob/tokens')");
    // Names that an attacker chose are text.
    page.evaluate(
        "fetch('/vtl/api/v1/session', {method: 'POST', headers: {'Content-Type':"
            + " 'application/json'}, body: JSON.stringify({user: \""
            + HOSTILE
            + "\", password: 'x'})}).then(() => true)");
    page.await("vtlTest.find('#audit').textContent.includes(\"" + HOSTILE + "\")");
    assertEquals("Users – VTL", page.evaluate("document.title"));
    assertEquals(0L, page.evaluate("document.querySelectorAll('main img').length"));
    page.complaints().forEach(each -> assertTrue(each.contains("401"), each));
  }

  @Test
  @Order(11)
  void theFirewallBringsItsPage() throws Exception {
    open("packages");
    page.click("button=Install firewall");
    page.await("vtlTest.find('dialog').textContent.includes('org.vtl.service.firewall')");
    page.click("dialog button[type=submit]");
    page.await("vtlTest.find('button=Remove firewall')");
    open("firewall");
    page.fill("field=A packet", "tcp 10.10.0.2 > 10.10.0.1:22");
    page.click("button=Test");
    page.await(
        "/dropped as no rule decides: policy"
            + " inbound/.test(vtlTest.text(vtlTest.find('#verdict')))");
    page.click("button=Change the rules");
    page.await("vtlTest.find('#text').value.includes('policy inbound drop')");
    page.fill("#text", "policy inbound drop\nnonsense\n");
    page.click("button=Check");
    page.await("vtlTest.find('#remarks').textContent.includes('Line 2')");
    page.picture(PICTURES.resolve("firewall-wrong.png"));
    page.fill(
        "#text",
        "policy inbound accept\npolicy outbound accept\ninbound tcp dport 22 log accept id ssh\n");
    page.click("button=Check");
    page.await("vtlTest.find('#remarks .diff')");
    page.picture(PICTURES.resolve("firewall-difference.png"));
    page.click("button=Try them for");
    page.await("vtlTest.find('#left') && vtlTest.find('#rules').textContent.includes('ssh')");
    page.click("button=Test");
    page.await("/passes by rule ssh/.test(vtlTest.text(vtlTest.find('#verdict')))");
    page.picture(PICTURES.resolve("firewall-trial.png"));
    page.click("button=Take them back now");
    page.await("!vtlTest.find('#left') && !vtlTest.find('#rules').textContent.includes('ssh')");
  }

  @Test
  @Order(12)
  void torBringsItsPage() throws Exception {
    open("packages");
    page.click("button=Install tor");
    page.await("vtlTest.find('dialog').textContent.includes('org.vtl.service.tor')");
    page.click("dialog button[type=submit]");
    page.await("vtlTest.find('button=Remove tor')");
    open("tor");
    page.await("/SOCKS port: ./.test(vtlTest.find('#where').textContent)");
    page.await("vtlTest.find('button=New identity')");
  }

  @Test
  @Order(13)
  void everyPageIsForEverybody() throws Exception {
    open("overview");
    List<?> names =
        (List<?>)
            page.evaluate(
                "[...document.querySelectorAll('#pages a[href^=vtl-]')]"
                    + ".map((a) => a.getAttribute('href').slice(4))");
    assertTrue(names.size() >= 6, names.toString());
    List<String> faults = new ArrayList<>();
    for (Object name : names) {
      open(name.toString());
      look(name.toString(), "light", 1280, 900, false, faults);
      look(name.toString(), "dark", 1280, 900, true, faults);
      look(name.toString(), "phone", 390, 844, false, faults);
      page.look(1280, 900, false);
    }
    assertEquals(List.of(), faults);
  }

  private static void look(
      String name, String how, int width, int height, boolean dark, List<String> faults)
      throws Exception {
    page.look(width, height, dark);
    page.picture(PICTURES.resolve(name + "-" + how + ".png"));
    page.faults().forEach(fault -> faults.add(name + ", " + how + ": " + fault));
    page.complaints().forEach(each -> faults.add(name + ", " + how + ": " + each));
  }

  @Test
  @Order(14)
  void aViewerSeesNoButtonThatIsNotForViewers() throws Exception {
    page.click("button=Log out");
    page.await("location.pathname === '/vtl/login' && vtlTest.find('button=Log in')");
    page.complaints(); // the log-out ended what the page before still asked
    logIn(page, "bob");
    for (String name :
        List.of("packages", "capture", "users", "log", "firewall", "trace", "tor", "pipeline")) {
      open(name);
      for (String button :
          List.of(
              "Install",
              "Remove",
              "Update",
              "Start a capture",
              "Change the rules",
              "New user",
              "Turn",
              "New identity")) {
        assertFalse(
            (Boolean) page.evaluate("!!vtlTest.find('button=" + button + "')"), name + button);
      }
      page.picture(PICTURES.resolve("viewer-" + name + ".png"));
    }
  }
}

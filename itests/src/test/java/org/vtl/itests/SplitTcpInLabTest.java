package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Split TCP and local acknowledgments between real kernels: installed, replaced, removed and put
 * back under 500 connections that send both ways, and none is reset, nothing lost.
 */
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class SplitTcpInLabTest {
  private static final int CONNECTIONS = 500;
  private static final int BYTES_PER_SECOND = 4_000;
  private static final int SECONDS = 60;
  private static final int PORT = 5001;
  private static final int REPLACEMENTS = 5;
  private static final Pattern COUNT = Pattern.compile("\"count\":(\\d+)");

  @TempDir Path temporary;

  private RunningLab lab;
  private Prompt prompt;

  @BeforeEach
  void needsRoot() {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: the lab needs a network namespace, which takes root here");
  }

  @Test
  void splitTcpComesGoesAndIsReplacedUnderManyConnections() throws Exception {
    comesGoesAndIsReplaced("splittcp", "split");
  }

  @Test
  void localAcknowledgmentsComeGoAndAreReplacedUnderManyConnections() throws Exception {
    comesGoesAndIsReplaced("localack", "localack");
  }

  private void comesGoesAndIsReplaced(String service, String command) throws Exception {
    String bundle = "org.vtl.service." + service;
    Path built = Path.of(System.getProperty("vtl.root"), "bundles", bundle);
    Path jar = temporary.resolve(service + ".jar");
    try (RunningLab running = RunningLab.start(temporary);
        Prompt session = new Prompt(running)) {
      lab = running;
      prompt = session;
      prompt.ask(
          "vtl:config org.vtl.service.impair outbound.delay.ms=10 inbound.delay.ms=10"
              + " outbound.loss.percent=0.2 inbound.loss.percent=0.2 hold.packets=20000");
      prompt.ask("vtl:config " + bundle + " live=true");
      BuiltBundle.write(jar, built, "9.0.0");
      lab.succeed("install", jar.toString(), "--yes");

      try (Ends ends = new Ends(lab)) {
        ends.awaitReady();
        awaitRelays(command, CONNECTIONS);
        for (int i = 1; i <= REPLACEMENTS; i++) {
          BuiltBundle.write(jar, built, "9.0." + i);
          lab.succeed("update", bundle, "--yes");
          prompt.awaitVersion(bundle, "9.0." + i);
          assertEquals(CONNECTIONS, relays(command), "relays live on");
        }
        assertEquals(0, counted("tcp/relays-spliced"));

        lab.succeed("uninstall", bundle);
        awaitSpliced(CONNECTIONS);

        lab.succeed("install", jar.toString(), "--yes");
        awaitRelays(command, CONNECTIONS);
        String[] said = ends.finish();
        System.out.printf("%s: %s; %s%n", service, said[0], said[1]);
        for (String one : said) {
          assertTrue(one.startsWith("intact " + 2 * CONNECTIONS + " broken 0 "), one);
        }
      }
      assertEquals(0, counted("tcp/relays-reset"));
      assertEquals(0, counted("tcp/relays-timed-out"));
      assertEquals(0, counted("tcp/relays-aborted"));
      assertTrue(lab.log().lines().noneMatch(line -> line.contains(" ERROR ")), lab.log());
    }
  }

  private int relays(String command) throws IOException {
    String said = prompt.ask("vtl:" + command + " list --limit 1 --json");
    Matcher count = COUNT.matcher(said);
    assertTrue(count.find(), said);
    return Integer.parseInt(count.group(1));
  }

  private long counted(String counter) throws IOException {
    String said = prompt.ask("vtl:stats --json");
    Matcher counts =
        Pattern.compile("\"name\":\"" + counter + "\",[^}]*\"value\":(\\d+)").matcher(said);
    long sum = 0;
    while (counts.find()) {
      sum += Long.parseLong(counts.group(1));
    }
    return sum;
  }

  private void awaitRelays(String command, int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    int relays;
    while ((relays = relays(command)) != count) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            relays + " relays, not " + count + ":\n" + prompt.ask("vtl:" + command + " bypassed"));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private void awaitSpliced(int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    long spliced;
    while ((spliced = counted("tcp/relays-spliced")) < count) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            spliced + " relays have left, not " + count + ":\n" + prompt.ask("vtl:relays"));
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  /** Both ends of the connections, each a process in its host. */
  private static final class Ends implements AutoCloseable {
    private final RunningLab lab;
    private final Process server;
    private final Process client;
    private final BufferedReader fromServer;
    private final BufferedReader fromClient;

    Ends(RunningLab lab) throws IOException {
      this.lab = lab;
      server = start("net", "serve", Integer.toString(PORT));
      fromServer = server.inputReader();
      await(fromServer, "listening");
      client = start("vm", "open", "10.10.0.2", Integer.toString(PORT));
      fromClient = client.inputReader();
    }

    private Process start(String host, String... words) throws IOException {
      String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
      String classes =
          HashedStreams.class.getProtectionDomain().getCodeSource().getLocation().getPath();
      Process process =
          lab.begin(
              join(
                  new String[] {"lab", "exec", host, java, "-Xmx256m", "-cp", classes},
                  new String[] {HashedStreams.class.getName()},
                  words,
                  new String[] {
                    Integer.toString(CONNECTIONS),
                    Integer.toString(BYTES_PER_SECOND),
                    Integer.toString(SECONDS)
                  }));
      process.getOutputStream().close();
      return process;
    }

    private static String[] join(String[]... parts) {
      return Arrays.stream(parts).flatMap(Arrays::stream).toArray(String[]::new);
    }

    private static String await(BufferedReader from, String beginning) throws IOException {
      StringBuilder heard = new StringBuilder();
      for (String line = from.readLine(); line != null; line = from.readLine()) {
        if (line.startsWith(beginning)) {
          return line;
        }
        heard.append(line).append('\n');
      }
      throw new AssertionError("No \"" + beginning + "\" in:\n" + heard);
    }

    void awaitReady() throws IOException {
      await(fromClient, "ready");
      await(fromServer, "ready");
    }

    /** What each end says of its streams, once they have ended. */
    String[] finish() throws IOException {
      return new String[] {await(fromClient, "intact"), await(fromServer, "intact")};
    }

    @Override
    public void close() {
      client.destroy();
      server.destroy();
    }
  }
}

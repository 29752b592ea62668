package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts VTL as a user does, from its folder, as a process of its own. */
class RuntimeTest {
  private static final Path FOLDER = Path.of(System.getProperty("vtl.folder"));
  private static final Pattern RUNS = Pattern.compile("VTL .* runs with (\\d+) bundles after .*");
  private static final Pattern BUNDLE = Pattern.compile("\\{ \"id\": \"([^\"]*)\"");

  @TempDir Path data;

  @Test
  void everyBundleRunsAndSigtermStopsThemAll() throws Exception {
    Process vtl = start("run", "--with", "portblock");
    try (BufferedReader out = vtl.inputReader()) {
      String line = out.readLine();
      Matcher runs = RUNS.matcher(String.valueOf(line));
      assertTrue(runs.matches(), () -> line + "\n" + rest(vtl));
      System.out.println(line + " Resident: " + residentKilobytes(vtl.pid()) / 1024 + " MB.");
      assertEquals(bundles("portblock") + 1, Long.parseLong(runs.group(1)), "with the framework");

      Process second = start("run");
      assertEquals(1, exitStatus(second));
      assertTrue(rest(second).contains("is in use by another VTL (process " + vtl.pid() + ")"));
    } finally {
      // Unlike the method of Process this leaves its output to be read.
      vtl.toHandle().destroy();
    }
    assertEquals(0, exitStatus(vtl));
    assertEquals("", rest(vtl));
    String log = Files.readString(data.resolve("log/vtl.log"));
    assertTrue(log.lines().noneMatch(line -> line.contains(" ERROR ")), log);
  }

  @Test
  void saysInOneSentenceWhatIsWrong() throws Exception {
    fails(1, "Feature \"cor\" cannot be read from ", "run", "--features", "cor");
    fails(1, "Settings cannot be read from ", "run", "--config", data.resolve("none").toString());
    fails(2, "Option \"--fast\" is unknown; ", "run", "--fast");
    fails(2, "\"rum\" is not a word of vtl; did you mean \"run\"? ", "rum");
  }

  @Test
  void saysItsVersionAndItsWords() throws Exception {
    Process version = start("version");
    assertEquals(0, exitStatus(version));
    assertTrue(version.inputReader().readLine().matches("VTL \\d+\\.\\d+\\.\\d+"));
    Process help = start("help");
    assertEquals(0, exitStatus(help));
    assertTrue(help.inputReader().readLine().startsWith("usage: vtl "));
  }

  private void fails(int status, String sentence, String... words) throws Exception {
    Process vtl = start(words);
    assertEquals(status, exitStatus(vtl));
    String said = rest(vtl);
    assertTrue(said.contains(sentence), said);
    assertEquals(1, said.lines().count(), said);
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(FOLDER.resolve("bin/vtl").toString()));
    command.addAll(List.of(words));
    if (words[0].equals("run")) {
      command.addAll(List.of("--data", data.toString()));
    }
    return new ProcessBuilder(command).start();
  }

  /** The status with which {@code vtl} ends; it is killed, and the test fails, if it does not. */
  private static int exitStatus(Process vtl) throws InterruptedException {
    if (!vtl.waitFor(60, TimeUnit.SECONDS)) {
      vtl.destroyForcibly();
    }
    return vtl.waitFor();
  }

  private static String rest(Process vtl) {
    return String.join("\n", vtl.errorReader().lines().toList());
  }

  /** How many bundles the features of {@code vtl.properties} and {@code added} have. */
  private static long bundles(String added) throws IOException {
    String features =
        Files.readAllLines(FOLDER.resolve("etc/vtl.properties")).stream()
            .filter(line -> line.startsWith("features="))
            .findFirst()
            .orElseThrow()
            .substring("features=".length());
    List<String> ids = new ArrayList<>();
    for (String feature : (features + "," + added).split(",")) {
      String json = Files.readString(FOLDER.resolve("features/" + feature + ".json"));
      Matcher id = BUNDLE.matcher(json);
      while (id.find()) {
        ids.add(id.group(1));
      }
    }
    return ids.stream().distinct().count();
  }

  private static long residentKilobytes(long process) throws IOException {
    Path status = Path.of("/proc", Long.toString(process), "status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }
}

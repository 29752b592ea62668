package org.vtl.itests;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Traffic of one kind, round after round, until it is told to finish. */
final class Load implements AutoCloseable {
  private static final Pattern VALUE = Pattern.compile("\"(\\w+)\":\\s*(-?\\d+)");
  private static final String ROUND_SECONDS = "15";

  private final List<String> reports = new CopyOnWriteArrayList<>();
  private final Thread thread;
  private volatile boolean finishing;

  Load(RunningLab lab, String kind, String... options) {
    List<String> words = new ArrayList<>(List.of("lab", "traffic", kind));
    words.addAll(List.of(options));
    words.addAll(List.of("--seconds", ROUND_SECONDS, "--json"));
    thread = Thread.ofPlatform().daemon().start(() -> run(lab, words));
  }

  private void run(RunningLab lab, List<String> words) {
    while (!finishing) {
      try {
        reports.add(lab.run(words.toArray(String[]::new)));
      } catch (IOException | InterruptedException e) {
        reports.add(e.toString());
        return;
      }
    }
  }

  void awaitRunning(Prompt prompt, String kind) throws IOException, InterruptedException {
    while (!prompt.ask("vtl:connections " + kind + " and not port 53 --json").contains("\"vm\"")) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  List<String> finish() throws InterruptedException {
    finishing = true;
    thread.join();
    return reports;
  }

  @Override
  public void close() {
    finishing = true;
  }

  /** The number that {@code key} first has in {@code json}. */
  static long value(String json, String key) {
    Matcher values = VALUE.matcher(json);
    while (values.find()) {
      if (values.group(1).equals(key)) {
        return Long.parseLong(values.group(2));
      }
    }
    throw new AssertionError("No \"" + key + "\" in " + json);
  }
}

package org.vtl.itests;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** One session that takes many commands, which is quicker than one each. */
final class Prompt implements AutoCloseable {
  private final RunningLab lab;
  private final Process session;
  private final PrintStream in;
  private int said;

  Prompt(RunningLab lab) throws IOException {
    this.lab = lab;
    session = lab.begin();
    in = new PrintStream(session.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  /** Waits until the link is up with so many workers. */
  void awaitWorkers(int count) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String links = ask("vtl:links --json");
    while (!links.contains("\"UP\"") || !links.contains("\"worker\":" + (count - 1))) {
      if (System.nanoTime() > end) {
        throw new AssertionError("There are not " + count + " workers:\n" + links + lab.log());
      }
      TimeUnit.MILLISECONDS.sleep(50);
      links = ask("vtl:links --json");
    }
  }

  /** Waits until rule {@code id} is in force: a configuration file is read once it is still. */
  void awaitRule(String id) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!ask("vtl:firewall show --text").contains("id " + id)) {
      if (System.nanoTime() > end) {
        throw new AssertionError("Rule " + id + " did not come into force:\n" + lab.log());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Waits until the service of {@code bundle} of {@code version} is in the pipeline. */
  void awaitVersion(String bundle, String version) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!ask("vtl:services --json").contains(bundle + " " + version + "\"")) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            bundle + " " + version + " did not come:\n" + ask("vtl:installed") + lab.log());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** Says {@code line} and returns the answer when it has been done. */
  String ask(String line) throws IOException {
    String mark = "done-" + ++said;
    in.println(line);
    in.println("echo " + mark);
    StringBuilder heard = new StringBuilder();
    var reader = session.inputReader();
    for (String answer = reader.readLine(); answer != null; answer = reader.readLine()) {
      if (answer.strip().endsWith(mark) && !answer.contains("echo")) {
        return heard.toString();
      }
      heard.append(answer).append('\n');
    }
    throw new AssertionError("The session ended at: " + line + "\n" + heard);
  }

  @Override
  public void close() {
    in.close(); // the session ends with its input
  }
}

package org.vtl.lab.internal.demo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Job;

/**
 * Types the commands of a step as a person would, shows what they say, and notes what does not
 * hold. One thread at a time.
 */
final class Narrator implements AutoCloseable {
  private static final int LINES_SHOWN = 14;

  /** Colours, should the shell think that a person's terminal is there. */
  private static final Pattern STYLE = Pattern.compile("\u001b\\[[0-9;]*m");

  private final CommandProcessor processor;
  private final CommandSession session;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final AtomicInteger status = new AtomicInteger();
  private final PrintStream out;
  private final List<String> faults = new ArrayList<>();

  Narrator(CommandProcessor processor, PrintStream out) {
    this.processor = processor;
    this.out = out;
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    session = processor.createSession(new ByteArrayInputStream(new byte[0]), stream, stream);
    session.put("SCOPE", "vtl:gogo:*");
    session.setJobListener(
        (job, previous, current) -> {
          if (current == Job.Status.Done && job.parent() == null && job.result() != null) {
            status.set(job.result().error());
          }
        });
  }

  /** A narrator with a session of its own, for a command that runs beside others. */
  Narrator beside() {
    return new Narrator(processor, out);
  }

  /** Types a command that has to succeed, and returns what it says. */
  String type(String command) throws InterruptedException {
    return type(command, "");
  }

  /** The same, but shows only lines with {@code word}, where any has it. */
  String type(String command, String word) throws InterruptedException {
    out.println("   > " + command);
    String text = run(command);
    String part =
        text.lines().filter(line -> line.contains(word)).collect(Collectors.joining("\n"));
    show(part.isEmpty() ? text : part);
    expect(succeeded(), "\"%s\" ended with status %d".formatted(command, status.get()));
    return text;
  }

  /** Whether the last command did. */
  boolean succeeded() {
    return status.get() == 0;
  }

  /** Types a command that has to fail, and returns what it says. */
  String typeInVain(String command) throws InterruptedException {
    out.println("   > " + command);
    String text = run(command);
    show(text);
    expect(!succeeded(), "\"%s\" did not fail".formatted(command));
    return text;
  }

  /** Runs a command without a word, and returns what it says. */
  String run(String command) throws InterruptedException {
    said.reset();
    status.set(0);
    try {
      Object result = session.execute(command);
      if (result != null) {
        said.writeBytes(result.toString().getBytes(StandardCharsets.UTF_8));
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      status.set(1);
      said.writeBytes(String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
    }
    return STYLE.matcher(said.toString(StandardCharsets.UTF_8)).replaceAll("").stripTrailing();
  }

  /** Shows text as a command's answer, shortened. */
  void show(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    lines.stream().limit(LINES_SHOWN).forEach(line -> out.println("     " + line));
    if (lines.size() > LINES_SHOWN) {
      out.println("     ... " + (lines.size() - LINES_SHOWN) + " more lines");
    }
  }

  /** Says something of its own. */
  void say(String format, Object... values) {
    out.println("   " + format.formatted(values));
  }

  /** What {@code vtl:lab} last reported. */
  <T> T report(Class<T> type) {
    Object report = session.get("lab");
    if (!type.isInstance(report)) {
      throw new IllegalStateException("vtl:lab reported nothing.");
    }
    session.put("lab", null);
    return type.cast(report);
  }

  /** Notes {@code fault} unless {@code holds}. */
  void expect(boolean holds, String fault) {
    if (!holds) {
      faults.add(fault);
    }
  }

  /** Waits until it holds; notes {@code fault} after {@code seconds}. */
  void await(int seconds, BooleanSupplier holds, String fault) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > end) {
        faults.add(fault);
        return;
      }
      Thread.sleep(10);
    }
  }

  /** What did not hold since the last call. */
  List<String> takeFaults() {
    List<String> taken = List.copyOf(faults);
    faults.clear();
    return taken;
  }

  @Override
  public void close() {
    session.close();
  }
}

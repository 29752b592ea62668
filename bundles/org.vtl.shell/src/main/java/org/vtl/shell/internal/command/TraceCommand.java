package org.vtl.shell.internal.command;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.TraceEvent;
import org.vtl.runtime.VtlRuntime;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;

/** {@code vtl:trace}: the next packets that match, stage by stage, as they come. */
public final class TraceCommand extends Command {
  private static final int DEFAULT_COUNT = 10;
  private static final int MOST = 100_000;
  private static final int SECONDS_MOST = 86_400;

  /** Packets that wait for the terminal; a slow terminal must not hold the engine. */
  private static final int WAITING = 1024;

  private static final long POLL_MILLIS = 100;

  private final Providers providers;

  TraceCommand(Providers providers) {
    super(
        Syntax.of("trace", "follow the next packets that match through the services")
            .operands("[FILTER]", 0, Integer.MAX_VALUE, Noun.FILTER)
            .option("-n", "COUNT", "how many packets (default 10)", Noun.NONE)
            .option("--timeout", "SECONDS", "end after this time (default: never)", Noun.NONE)
            .detail(
                "FILTER is that of \"connections\", and \"dropped\". Ctrl-C ends it. With --json it"
                    + " prints an array.")
            .example("trace -n 5 tcp and port 80")
            .example("trace dropped --timeout 30 --json"));
    this.providers = providers;
  }

  @Descriptor("follows the next packets that match through the services")
  public void trace(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure, InterruptedException {
    int count = arguments.number("-n", DEFAULT_COUNT, 1, MOST);
    int seconds = arguments.number("--timeout", 0, 0, SECONDS_MOST);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    VtlRuntime runtime = providers.runtime();
    BlockingQueue<TraceEvent> events = new ArrayBlockingQueue<>(WAITING);
    AtomicLong unseen = new AtomicLong();
    int seen = 0;
    try (VtlRuntime.Tracing tracing =
        runtime.trace(
            String.join(" ", arguments.operands()),
            count,
            event -> {
              if (!events.offer(event)) {
                unseen.incrementAndGet();
              }
            })) {
      try {
        while (seen + unseen.get() < count && (seconds == 0 || System.nanoTime() < end)) {
          boolean done = tracing.isDone();
          TraceEvent event = events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
          if (event != null) {
            seen++;
            int number = seen;
            output.stream(event, () -> text(number, event, output));
          } else if (done) {
            // Ended by the engine, which may be stopping.
            break;
          }
        }
      } finally {
        output.endStream();
      }
    }
    if (unseen.get() > 0) {
      output.say(
          Units.plural(unseen.get(), "packet") + " more came faster than they could be shown.");
    }
    if (seen == 0 && seconds > 0) {
      output.say("No packet matched within " + Units.plural(seconds, "second") + ".");
    }
  }

  private static String text(int number, TraceEvent event, Output output) {
    StringBuilder text = new StringBuilder();
    text.append(
        output.styled(
            "#%d %s %s %d bytes".formatted(number, event.link(), event.direction(), event.bytes()),
            Style.HEADING));
    text.append(event.connection() == 0 ? "" : " connection " + event.connection());
    text.append("\n  ").append(event.packet()).append('\n');
    for (TraceEvent.Stage stage : event.stages()) {
      stage(text, stage);
    }
    text.append("  ").append(output.styled(event.fate(), Style.ofState(event.fate())));
    return text.append('\n').toString();
  }

  private static void stage(StringBuilder text, TraceEvent.Stage stage) {
    text.append("    ").append("%-16s".formatted(stage.point()));
    text.append(" %-8s".formatted(stage.verdict()));
    text.append(stage.reason().isEmpty() ? "" : " " + stage.reason());
    while (text.charAt(text.length() - 1) == ' ') {
      text.setLength(text.length() - 1);
    }
    text.append('\n');
    for (String change : List.copyOf(stage.changed())) {
      text.append("        ").append(change).append('\n');
    }
  }
}

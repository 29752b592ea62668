package org.vtl.shell.internal.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.CounterInfo;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Table;

/** {@code vtl:stats}: counters, once or with rates over an interval. */
public final class StatsCommand extends Command {
  private static final int SECONDS_MOST = 3600;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Providers providers;

  StatsCommand(Providers providers) {
    super(
        Syntax.of("stats", "show what was counted: drops by reason, the engine's, the services'")
            .option("--link", "NAME", "only what was counted on this link", Noun.LINK)
            .flag("--drops", "only reasons for drops")
            .flag("--all", "counters that are still 0, too")
            .option("--every", "SECONDS", "show rates per second, again and again", Noun.NONE)
            .option("-n", "COUNT", "with --every: how often (default: until Ctrl-C)", Noun.NONE)
            .example("stats --drops --link vm1")
            .example("stats --every 5 -n 1"));
    this.providers = providers;
  }

  @Descriptor("shows what was counted: drops by reason, the engine's, the services'")
  public void stats(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  /** A counter with its growth per second; names of the JSON object. */
  record Rate(
      String name, String link, boolean drop, long value, double perSecond, String description) {}

  private record Key(String name, String link) {}

  @Override
  void run(Arguments arguments, Output output) throws Failure, InterruptedException {
    int seconds = arguments.number("--every", 0, 1, SECONDS_MOST);
    int count = arguments.number("-n", Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    if (seconds == 0) {
      if (arguments.has("-n")) {
        throw Failure.usage("Option -n of stats goes with --every SECONDS.");
      }
      List<CounterInfo> counters = chosen(arguments);
      output.show(
          counters, () -> counters.isEmpty() ? nothing(arguments) : table(counters, output));
      return;
    }
    try {
      Map<Key, Long> before = values(chosen(arguments));
      long since = System.nanoTime();
      for (int i = 0; i < count; i++) {
        Thread.sleep(seconds * 1000L);
        List<CounterInfo> counters = chosen(arguments);
        long now = System.nanoTime();
        double passed = (now - since) / NANOS_PER_SECOND;
        Map<Key, Long> last = before;
        List<Rate> rates = counters.stream().map(counter -> rate(counter, last, passed)).toList();
        output.stream(rates, () -> rates.isEmpty() ? nothing(arguments) : rates(rates, output));
        before = values(counters);
        since = now;
      }
    } finally {
      output.endStream();
    }
  }

  private List<CounterInfo> chosen(Arguments arguments) throws Failure {
    String link = arguments.text("--link", "");
    LinksCommand.named(providers.runtime().links(), link);
    return providers.runtime().counters().stream()
        .filter(counter -> link.isEmpty() || counter.link().equals(link))
        .filter(counter -> !arguments.has("--drops") || counter.drop())
        .filter(counter -> arguments.has("--all") || counter.value() != 0)
        .toList();
  }

  private static Map<Key, Long> values(List<CounterInfo> counters) {
    Map<Key, Long> values = new HashMap<>();
    counters.forEach(
        counter -> values.put(new Key(counter.name(), counter.link()), counter.value()));
    return values;
  }

  private static Rate rate(CounterInfo counter, Map<Key, Long> before, double seconds) {
    long last = before.getOrDefault(new Key(counter.name(), counter.link()), 0L);
    // A counter that starts anew with its service goes back to 0.
    double grown = Math.max(0, counter.value() - last);
    return new Rate(
        counter.name(),
        counter.link(),
        counter.drop(),
        counter.value(),
        grown / seconds,
        counter.description());
  }

  private static String nothing(Arguments arguments) {
    return arguments.has("--drops")
        ? "Nothing was dropped.\n"
        : "Nothing was counted yet; --all shows counters that are 0.\n";
  }

  private static String table(List<CounterInfo> counters, Output output) {
    Table table = new Table("COUNTER", "LINK", ">VALUE", "COUNTED");
    for (CounterInfo counter : counters) {
      table.row(counter.name(), counter.link(), counter.value(), counter.description());
    }
    return output.render(table);
  }

  private static String rates(List<Rate> rates, Output output) {
    Table table = new Table("COUNTER", "LINK", ">VALUE", ">PER SECOND", "COUNTED");
    for (Rate rate : rates) {
      table.row(
          rate.name(),
          rate.link(),
          rate.value(),
          Units.count(rate.perSecond()),
          rate.description());
    }
    return output.render(table);
  }
}

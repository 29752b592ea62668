package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.text.Nearest;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:config}: lists, shows, changes and removes configurations; their files follow. */
public final class ConfigCommand extends Command {
  private static final int LONGEST_TRIAL = 86_400;

  private final Providers providers;

  ConfigCommand(Providers providers) {
    super(
        Syntax.of("config", "list configurations, show one, or change its keys")
            .operands("[PID [KEY=VALUE...]]", 0, Integer.MAX_VALUE, Noun.PID, Noun.SETTING)
            .flag("--delete", "remove the configuration and its file")
            .option(
                "--trial",
                "SECONDS",
                "take the change back after this time, or when VTL ends, unless confirmed",
                Noun.NONE)
            .flag("--confirm", "let a change on trial stay")
            .flag("--revert", "take a change on trial back now")
            .detail(
                "Commas separate the values of an array. KEY= with nothing behind it removes the"
                    + " key. The file in etc/ follows; what is shown are the changed keys.")
            .example("config org.vtl.link~vm1 vm.port=tap:vm1 network.port=packet:eth1")
            .example("config org.vtl.link~vm1 workers=2 --trial 120"));
    this.providers = providers;
  }

  @Descriptor("lists configurations, shows one, or changes its keys")
  public void config(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    Configurations configurations = providers.configurations();
    String pid = arguments.operand(0);
    List<Configurations.Entry> entries = configurations.list();
    if (pid.isEmpty()) {
      for (String flag : List.of("--delete", "--confirm", "--revert")) {
        if (arguments.has(flag)) {
          throw Failure.usage("Name the configuration: config PID %s.".formatted(flag));
        }
      }
      List<String> faults = configurations.faults();
      output.show(entries, () -> list(entries, faults, output));
      return;
    }
    Optional<Configurations.Entry> entry =
        entries.stream().filter(one -> one.pid().equals(pid)).findFirst();
    List<String> settings = arguments.operands().subList(1, arguments.operands().size());
    if (arguments.has("--confirm") || arguments.has("--revert")) {
      end(pid, arguments, output);
    } else if (arguments.has("--delete")) {
      if (!settings.isEmpty()) {
        throw Failure.usage("Either change keys of %s or delete it, not both.".formatted(pid));
      }
      existing(entry, pid, entries);
      configurations.delete(pid);
      output.show(Map.of("deleted", pid), () -> "Configuration " + pid + " is deleted.\n");
    } else if (settings.isEmpty()) {
      show(existing(entry, pid, entries), key -> true, output);
    } else {
      Map<String, Object> changes = changes(settings, entry);
      int seconds = arguments.number("--trial", 0, 1, LONGEST_TRIAL);
      if (seconds == 0) {
        show(configurations.set(pid, changes), changes.keySet()::contains, output);
      } else {
        ConfigurationTrials.Trial trial =
            providers.trials().start(pid, changes, seconds, "the shell");
        output.show(
            trial,
            () ->
                "Configuration %s is changed until %s; \"config %s --confirm\" lets it stay.\n"
                    .formatted(pid, trial.until(), pid));
      }
    }
  }

  private void end(String pid, Arguments arguments, Output output) throws Failure {
    if (arguments.operands().size() > 1 || arguments.has("--delete")) {
      throw Failure.usage("Either change %s or end its trial, not both.".formatted(pid));
    }
    if (arguments.has("--confirm")) {
      output.show(
          providers.trials().confirm(pid), () -> "The change of %s stays.\n".formatted(pid));
    } else {
      output.show(
          providers.trials().revert(pid),
          () -> "Configuration %s is as it was before.\n".formatted(pid));
    }
  }

  private static Configurations.Entry existing(
      Optional<Configurations.Entry> entry, String pid, List<Configurations.Entry> entries)
      throws Failure {
    return entry.orElseThrow(
        () ->
            Failure.of(
                "There is no configuration \"%s\"%s"
                    .formatted(
                        pid,
                        Nearest.hint(
                            pid,
                            entries.stream().map(Configurations.Entry::pid).toList(),
                            "config"))));
  }

  private static Map<String, Object> changes(
      List<String> settings, Optional<Configurations.Entry> entry) throws Failure {
    Map<String, Object> changes = new LinkedHashMap<>();
    for (String setting : settings) {
      if (setting.startsWith("[")) {
        // Gogo makes a list of it, and a word of its own.
        throw Failure.usage(
            "\"%s\" is not KEY=VALUE; write a list without brackets, such as KEY=1,2."
                .formatted(setting));
      }
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw Failure.usage(
            "\"%s\" is not KEY=VALUE; to set a key write %s=VALUE."
                .formatted(setting, equals == 0 ? "KEY" : setting));
      }
      String name = setting.substring(0, equals);
      String text = setting.substring(equals + 1);
      Configurations.Key key =
          entry.stream()
              .flatMap(one -> one.keys().stream())
              .filter(one -> one.name().equals(name))
              .findFirst()
              .orElse(null);
      Object present = entry.map(one -> one.values().get(name)).orElse(null);
      changes.put(name, text.isEmpty() ? null : Setting.value(name, text, key, present));
    }
    return changes;
  }

  private static String list(
      List<Configurations.Entry> entries, List<String> faults, Output output) {
    StringBuilder text = new StringBuilder();
    if (entries.isEmpty()) {
      text.append("No configurations.\n");
    } else {
      Table table = new Table("PID", "FILE", "VALUES");
      for (Configurations.Entry entry : entries) {
        List<String> values = new ArrayList<>();
        new TreeMap<>(entry.values())
            .forEach((name, value) -> values.add(name + "=" + Setting.text(value)));
        table.row(entry.pid(), entry.file(), String.join(" ", values));
      }
      text.append(output.render(table));
    }
    for (String fault : faults) {
      text.append(output.styled("! ", Style.BAD)).append(fault).append('\n');
    }
    return text.toString();
  }

  private static void show(Configurations.Entry entry, Predicate<String> keys, Output output) {
    output.show(
        entry,
        () -> {
          String head =
              entry.pid() + (entry.file().isEmpty() ? "" : " (etc/" + entry.file() + ")") + "\n";
          Table table = table(entry, keys);
          boolean bare = entry.keys().isEmpty() && entry.values().isEmpty();
          return head + (bare ? "No keys.\n" : table.isEmpty() ? "" : output.render(table));
        });
  }

  private static Table table(Configurations.Entry entry, Predicate<String> keys) {
    Table table = new Table("KEY", "VALUE", "DEFAULT", "TYPE", "WHAT");
    Map<String, Object> rest = new TreeMap<>(entry.values());
    for (Configurations.Key key : entry.keys()) {
      Object value = rest.remove(key.name());
      if (keys.test(key.name())) {
        table.row(
            key.name(), Setting.text(value), key.defaultValue(), key.type(), key.description());
      }
    }
    rest.forEach(
        (name, value) -> {
          if (keys.test(name)) {
            table.row(name, Setting.text(value), "", "", "");
          }
        });
    return table;
  }
}

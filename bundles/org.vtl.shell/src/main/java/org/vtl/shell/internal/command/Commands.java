package org.vtl.shell.internal.command;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All commands of scope {@code vtl}, in the order in which help lists them. */
public final class Commands {
  /** Their scope. */
  public static final String SCOPE = "vtl";

  private final List<Command> all;
  private final OtherCommands others;

  /**
   * The commands.
   *
   * @param stop stops VTL and returns at once
   * @param others the commands of this scope that other bundles bring
   */
  public Commands(Providers providers, Runnable stop, OtherCommands others) {
    this.others = others;
    all =
        List.of(
            new StatusCommand(providers),
            new LinksCommand(providers),
            new PortsCommand(providers),
            new ServicesCommand(providers),
            new ConnectionsCommand(providers),
            new ExplainCommand(providers),
            new TraceCommand(providers),
            new StatsCommand(providers),
            new InstallCommand(providers),
            new UpdateCommand(providers),
            new UninstallCommand(providers),
            new InstalledCommand(providers),
            new FeaturesCommand(providers),
            new ConfigCommand(providers),
            new PriorityCommand(providers),
            new ShutdownCommand(stop),
            new HelpCommand(this));
  }

  public List<Command> all() {
    return all;
  }

  /** Commands of this scope that other bundles bring: names and what each does, or empty text. */
  public Map<String, String> others() {
    return others.summaries();
  }

  /** What another bundle's command says can stand behind {@code before}. */
  List<String> wordsOfOther(String name, List<String> before) {
    return others.words(bare(name), before);
  }

  /**
   * The command called {@code name}.
   *
   * @param name with or without the scope
   */
  public Optional<Command> named(String name) {
    String bare = bare(name);
    return all.stream().filter(command -> command.syntax().name().equals(bare)).findFirst();
  }

  private static String bare(String name) {
    return name.startsWith(SCOPE + ":") ? name.substring(SCOPE.length() + 1) : name;
  }
}

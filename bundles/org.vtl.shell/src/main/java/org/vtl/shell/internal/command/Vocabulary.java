package org.vtl.shell.internal.command;

import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.vtl.connection.TcpState;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.Installer;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.ServiceInfo;

/** The words that can stand at a place of a command line, as VTL is now. */
public final class Vocabulary {
  /** First words of a filter's terms. */
  static final List<String> TERMS =
      List.of(
          "link", "host", "port", "tcp", "udp", "icmp", "ipv4", "ipv6", "state", "service", "vlan",
          "not");

  static final List<String> ORDERS = List.of("bytes", "packets", "age", "idle", "id");

  private static final int CONNECTIONS = 50;

  private final Providers providers;
  private final Commands commands;

  /** {@code commands} and what {@code providers} hold. */
  public Vocabulary(Providers providers, Commands commands) {
    this.providers = providers;
    this.commands = commands;
  }

  /**
   * Words that can stand behind {@code before} in a call of {@code command}; empty when none is
   * known. Options are among them only when {@code begun} starts with a dash.
   *
   * @param before the words between the command's name and the one to complete
   * @param begun the part of that word before the cursor
   */
  public List<String> words(Command command, List<String> before, String begun) {
    Syntax syntax = command.syntax();
    Option open = null;
    int operands = 0;
    String first = "";
    for (String word : before) {
      if (open != null) {
        open = null;
      } else if (word.startsWith("-")) {
        open = syntax.option(word).filter(option -> !option.isFlag()).orElse(null);
      } else {
        first = operands == 0 ? word : first;
        operands++;
      }
    }
    if (open != null) {
      return nouns(open.noun(), "", "");
    }
    if (begun.startsWith("-")) {
      return syntax.options().stream().map(Option::name).toList();
    }
    return nouns(syntax.noun(operands), first, before.isEmpty() ? "" : before.getLast());
  }

  /** The same for a command that another bundle brings, by its name. */
  public List<String> wordsOfOther(String command, List<String> before, String begun) {
    boolean option = begun.startsWith("-");
    return commands.wordsOfOther(command, before).stream()
        .filter(word -> word.startsWith("-") == option)
        .toList();
  }

  private List<String> nouns(Noun noun, String first, String last) {
    return switch (noun) {
      case NONE -> List.of();
      case COMMAND -> commands.all().stream().map(c -> c.syntax().name()).toList();
      case LINK -> links();
      case SERVICE -> services();
      case PID -> entries().map(Configurations.Entry::pid).toList();
      case SETTING ->
          entries()
              .filter(entry -> entry.pid().equals(first))
              .flatMap(entry -> entry.keys().stream())
              .map(key -> key.name() + "=")
              .toList();
      case FEATURE, SOURCE ->
          features().filter(feature -> !feature.installed()).map(Installer.Feature::name).toList();
      case INSTALLED ->
          Stream.concat(
                  installed().map(Installer.Installed::name),
                  features().filter(Installer.Feature::installed).map(Installer.Feature::name))
              .distinct()
              .toList();
      case CONNECTION -> connections();
      case FILTER -> filter(last);
      case SORT -> ORDERS;
    };
  }

  private List<String> filter(String last) {
    return switch (last) {
      case "link" -> links();
      case "service" -> services();
      case "state" -> Stream.of(TcpState.values()).map(TcpState::name).toList();
      case "host", "port", "vlan" -> List.of();
      case "", "and" -> TERMS;
      case "not" -> TERMS.subList(0, TERMS.size() - 1);
      default -> List.of("and");
    };
  }

  private List<String> links() {
    return providers.presentRuntime().stream()
        .flatMap(runtime -> runtime.links().stream())
        .map(LinkInfo::name)
        .toList();
  }

  private List<String> services() {
    return providers.presentRuntime().stream()
        .flatMap(runtime -> runtime.services().stream())
        .map(ServiceInfo::name)
        .distinct()
        .toList();
  }

  private List<String> connections() {
    return providers.presentRuntime().stream()
        .map(runtime -> runtime.connections(new ConnectionQuery("", "bytes", 0, CONNECTIONS)))
        .flatMap(page -> page.connections().stream())
        .map(ConnectionInfo::id)
        .map(String::valueOf)
        .toList();
  }

  private Stream<Configurations.Entry> entries() {
    return providers.presentConfigurations().stream()
        .map(Configurations::list)
        .flatMap(Collection::stream);
  }

  private Stream<Installer.Feature> features() {
    return providers.presentInstaller().stream()
        .map(Installer::features)
        .flatMap(Collection::stream);
  }

  private Stream<Installer.Installed> installed() {
    return providers.presentInstaller().stream()
        .map(Installer::installed)
        .flatMap(Collection::stream);
  }
}

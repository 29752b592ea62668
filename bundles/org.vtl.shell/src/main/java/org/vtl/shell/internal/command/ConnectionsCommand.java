package org.vtl.shell.internal.command;

import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.runtime.EndpointInfo;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Table;

/** {@code vtl:connections}: the connections that match a filter, or one in detail. */
public final class ConnectionsCommand extends Command {
  private static final int DEFAULT_LIMIT = 40;
  private static final int MOST = 100_000;

  private final Providers providers;

  ConnectionsCommand(Providers providers) {
    super(
        Syntax.of("connections", "list connections that match a filter, or show one in detail")
            .operands("[FILTER | ID]", 0, Integer.MAX_VALUE, Noun.FILTER)
            .option(
                "--sort",
                "KEY",
                "bytes, packets, age, idle or id, largest first; -KEY turns it around",
                Noun.SORT)
            .option("--limit", "N", "rows per page (default 40)", Noun.NONE)
            .option("--page", "N", "which page (default 1)", Noun.NONE)
            .detail(
                "FILTER is words joined by \"and\": link NAME, host ADDRESS, port N, tcp, udp,"
                    + " icmp, ipv4, ipv6, state STATE, service NAME, vlan N; each may follow"
                    + " \"not\".")
            .example("connections tcp and port 443 and not host 10.0.0.1 --sort age")
            .example("connections 17"));
    this.providers = providers;
  }

  @Descriptor("lists connections that match a filter, or shows one in detail")
  public void connections(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    List<String> words = arguments.operands();
    if (words.size() == 1 && words.getFirst().chars().allMatch(Character::isDigit)) {
      one(words.getFirst(), output);
      return;
    }
    int limit = arguments.number("--limit", DEFAULT_LIMIT, 1, MOST);
    int page = arguments.number("--page", 1, 1, MOST);
    int offset = Math.toIntExact(Math.min(Integer.MAX_VALUE, (long) limit * (page - 1)));
    ConnectionPage found =
        providers
            .runtime()
            .connections(
                new ConnectionQuery(
                    String.join(" ", words), arguments.text("--sort", "bytes"), offset, limit));
    output.show(found, () -> page(found, offset, limit, page, output));
  }

  private void one(String number, Output output) throws Failure {
    long id = number(number);
    ConnectionTimeline timeline = providers.runtime().timeline(id);
    var found = providers.runtime().connection(id);
    if (found.isPresent()) {
      ConnectionInfo connection = found.get();
      output.show(
          TimelineSheet.with(connection, timeline),
          () ->
              ConnectionSheet.render(connection, output)
                  + "\n"
                  + TimelineSheet.render(timeline, output));
    } else if (!timeline.events().isEmpty()) {
      output.show(
          Map.of("timeline", timeline),
          () ->
              "Connection %d on link %s is over. What happened to it:\n\n"
                      .formatted(id, timeline.link())
                  + TimelineSheet.render(timeline, output));
    } else {
      throw Failure.of(
          "There is no connection %s, or no longer; \"connections\" lists them.".formatted(number));
    }
  }

  /** 0, which no connection has, for a number too large for any. */
  private static long number(String number) {
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static String page(ConnectionPage found, int offset, int limit, int page, Output output) {
    if (found.connections().isEmpty()) {
      return found.total() == 0
          ? "No connections.\n"
          : "Page %d is past the last of %d connections.\n".formatted(page, found.total());
    }
    Table table =
        new Table(">ID", "PROTO", "VM", "NETWORK", "STATE", "PATH", ">OUT", ">IN", ">AGE", ">IDLE");
    for (ConnectionInfo connection : found.connections()) {
      table.row(
          connection.id(),
          connection.protocol(),
          address(connection.vm()),
          address(connection.network()),
          state(connection),
          connection.path(),
          Units.bytes(connection.vm().bytes()),
          Units.bytes(connection.network().bytes()),
          Units.seconds(connection.ageSeconds()),
          Units.seconds(connection.idleSeconds()));
    }
    String text = output.render(table);
    int shown = found.connections().size();
    if (shown < found.total()) {
      text +=
          "%d to %d of %d%s.\n"
              .formatted(
                  offset + 1,
                  offset + shown,
                  found.total(),
                  offset + shown < found.total()
                      ? "; --page %d shows more".formatted(page + 1)
                      : "");
    }
    return text;
  }

  /** {@code 10.0.0.2:80}, {@code [fe80::1]:80}, or the address alone where there is no port. */
  static String address(EndpointInfo end) {
    if (end.port() == 0) {
      return end.address();
    }
    return (end.address().contains(":") ? "[" + end.address() + "]" : end.address())
        + ":"
        + end.port();
  }

  /** The VM's state for TCP, with the peer's where it differs. */
  static String state(ConnectionInfo connection) {
    if (!connection.protocol().equals("tcp")) {
      return connection.established() ? "answered" : "unanswered";
    }
    String vm = connection.vm().state();
    String network = connection.network().state();
    return vm.equals(network) ? vm : vm + "/" + network;
  }
}

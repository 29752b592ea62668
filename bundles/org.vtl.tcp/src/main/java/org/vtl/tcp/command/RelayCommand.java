package org.vtl.tcp.command;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Process;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.policy.Unrelayed;
import org.vtl.text.Json;

/**
 * What the command of a service that opens relays does: lists them, shows both sides of one, and
 * tells why other connections have none. For a component that is the command itself:
 *
 * <pre>{@code
 * private final RelayCommand command = new RelayCommand("split", HELP, source);
 *
 * public Object execute(CommandSession session, List<Object> arguments) {
 *   return command.execute(session, arguments);
 * }
 * }</pre>
 *
 * <p>Any thread but a worker's.
 */
public final class RelayCommand {
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int INTERRUPTED = 130;
  private static final int ALL = 1 << 24;

  private final String name;
  private final String help;
  private final Source source;

  /** Where relays are told from. */
  public interface Source {
    /** The service's relays, {@code limit} at most. */
    List<RelayInfo> relays(int limit);

    /** Open TCP connections that have none, {@code limit} at most. */
    List<Unrelayed> unrelayed(int limit) throws InterruptedException;
  }

  /**
   * A command.
   *
   * @param name without its scope
   * @param help what {@code --help} prints
   */
  public RelayCommand(String name, String help, Source source) {
    this.name = name;
    this.help = help;
    this.source = source;
  }

  /** Words that can stand behind {@code before}. */
  public List<String> words(List<String> before) {
    if (before.isEmpty()) {
      return List.of("list", "show", "bypassed", "--limit", "--json", "--help");
    }
    return switch (before.getLast()) {
      case "show" ->
          source.relays(ALL).stream().map(relay -> Long.toString(relay.connection())).toList();
      case "--limit" -> List.of();
      default -> List.of("--limit", "--json", "--help");
    };
  }

  /**
   * As {@link #call} for Gogo, whose status it sets: prints where the process does, outside of one
   * to the session's console.
   *
   * @return null, so that nothing else is printed
   */
  public Object execute(CommandSession session, List<Object> arguments) {
    Process process = Process.Utils.current();
    PrintStream out = process == null ? session.getConsole() : process.out();
    PrintStream err = process == null ? session.getConsole() : process.err();
    int status = call(arguments.stream().map(String::valueOf).toList(), out, err);
    if (status != 0 && process != null) {
      process.error(status);
    }
    return null;
  }

  /**
   * Runs it with the words that follow its name; returns 0, 1 (failed), 2 (called wrongly) or 130
   * (ended by the user).
   */
  public int call(List<String> words, PrintStream out, PrintStream err) {
    boolean json = words.contains("--json");
    try {
      Call call = Call.parse(name, words);
      if (call.help()) {
        out.print(help);
      } else {
        Answer answer = run(call);
        out.print(json ? Json.document(answer.json()) + "\n" : answer.text());
      }
      out.flush();
      return 0;
    } catch (Misuse e) {
      return fail(USAGE, e.getMessage(), json, out, err);
    } catch (IllegalStateException e) {
      return fail(FAILED, e.getMessage(), json, out, err);
    } catch (InterruptedException e) {
      return INTERRUPTED;
    }
  }

  private Answer run(Call call) throws InterruptedException {
    return switch (call.verb()) {
      case "list" -> RelayText.list(source.relays(ALL), call.limit());
      case "show" -> RelayText.one(relay(call.connection()));
      default -> RelayText.bypassed(source.unrelayed(call.limit()));
    };
  }

  private RelayInfo relay(long connection) {
    return source.relays(ALL).stream()
        .filter(relay -> relay.connection() == connection)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Connection "
                        + connection
                        + " has no relay; vtl:"
                        + name
                        + " lists those that have one, and vtl:"
                        + name
                        + " bypassed says why others have none."));
  }

  private static int fail(
      int status, String sentence, boolean json, PrintStream out, PrintStream err) {
    PrintStream to = json ? out : err;
    to.println(json ? Json.of(Map.of("error", sentence)) : sentence);
    to.flush();
    return status;
  }
}

package org.vtl.service.tor.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;
import org.vtl.service.tor.internal.StreamInfo;
import org.vtl.service.tor.internal.TorView;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.text.Json;

/** The command {@code vtl:tor}: how Tor fares, its streams and circuits, and the VMs' names. */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=tor",
      "service.description=how Tor fares, its streams and circuits, and the VMs' names"
    })
public final class TorCommand implements Function, CommandWords {
  static final String HELP =
      """
      usage: tor [state]
             tor streams [--limit N]
             tor circuits
             tor newidentity
             tor names [--limit N]
             tor log [--limit N]

      Tor: what it does, what it carries for VMs, and why something does not work.

        state        whether Tor carries streams, and what is wrong (default)
        streams      connections of VMs: open (Tor was asked), established, close (one side has
                     ended), and of the last that failed, error and the reason
        circuits     Tor's circuits, and whose they are
        newidentity  new streams share no circuit with those before
        names        names of which a VM was told an address
        log          the last lines of VTL's own Tor, and the last streams that failed

        --json       print JSON
        --help       say this

      How streams go is configuration: vtl:config org.vtl.service.tor. What was refused is counted:
      vtl:stats --drops. circuits need Tor's control port.

      examples:
        tor
        tor streams --json
        tor newidentity
      """;

  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int FEW = 10;

  private final TorView tor;

  /** The command about {@code tor}. */
  @Activate
  public TorCommand(@Reference TorView tor) {
    this.tor = tor;
  }

  @Override
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

  @Override
  public List<String> words(String name, List<String> before) {
    if (before.isEmpty()) {
      return List.of(
          "state", "streams", "circuits", "newidentity", "names", "log", "--json", "--help");
    }
    return before.getLast().equals("--limit") ? List.of() : List.of("--limit", "--json", "--help");
  }

  /** Runs it with the words that follow its name; returns 0, 1 (failed) or 2 (called wrongly). */
  int call(List<String> words, PrintStream out, PrintStream err) {
    boolean json = words.contains("--json");
    try {
      Call call = Call.parse(words);
      out.print(call.help() ? HELP : call.json() ? json(call) : text(call));
      out.flush();
      return 0;
    } catch (Misuse e) {
      return fail(USAGE, e.getMessage(), json, out, err);
    } catch (IOException e) {
      return fail(FAILED, e.getMessage(), json, out, err);
    }
  }

  private String text(Call call) throws IOException {
    return switch (call.verb()) {
      case "streams" ->
          TorText.streams(
              tor.streams(call.limit()), tor.failed(Math.min(FEW, call.limit())), Instant.now());
      case "circuits" -> TorText.circuits(tor.circuits());
      case "newidentity" -> tor.newIdentity() + "\n";
      case "names" -> TorText.names(tor.names(call.limit()));
      case "log" -> TorText.log(tor.failed(call.limit()), tor.log(call.limit()));
      default -> TorText.status(tor.status());
    };
  }

  private String json(Call call) throws IOException {
    Object value =
        switch (call.verb()) {
          case "streams" -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("streams", streams(tor.streams(call.limit())));
            map.put("failed", streams(tor.failed(call.limit())));
            yield map;
          }
          case "circuits" -> tor.circuits().stream().map(TorCommand::circuit).toList();
          case "newidentity" -> Map.of("done", tor.newIdentity());
          case "names" -> tor.names(call.limit()).stream().map(TorText::json).toList();
          case "log" -> {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("tor", tor.log(call.limit()));
            map.put("failed", streams(tor.failed(call.limit())));
            yield map;
          }
          default -> tor.status();
        };
    return Json.document(value) + "\n";
  }

  private static List<Map<String, Object>> streams(List<StreamInfo> streams) {
    return streams.stream().map(TorText::json).toList();
  }

  private static Map<String, Object> circuit(Circuit one) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", one.id());
    map.put("state", one.state());
    map.put("purpose", one.purpose());
    map.put("user", one.user());
    map.put("path", one.path());
    return map;
  }

  private static int fail(
      int status, String sentence, boolean json, PrintStream out, PrintStream err) {
    PrintStream to = json ? out : err;
    to.println(json ? Json.of(Map.of("error", String.valueOf(sentence))) : sentence);
    to.flush();
    return status;
  }
}

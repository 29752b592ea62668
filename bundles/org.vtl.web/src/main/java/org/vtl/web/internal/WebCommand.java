package org.vtl.web.internal;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;
import org.vtl.text.Json;

/**
 * The command {@code vtl:web}: where the console is, and a new one-time token. Whoever has the
 * shell has all rights of VTL already.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=web",
      "service.description=say where the web console is, or make a one-time login"
    })
public final class WebCommand implements Function, CommandWords {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final String HELP =
      """
      usage: web [token] [--json]

      Without a word it says where the web console is. With "token" it makes an address that logs
      in once as administrator, in place of the one before.

        --json   the address as JSON, empty where nothing listens: {"address":"..."}
        --help   say this
      """;

  private final WebComponent web;

  @Activate
  public WebCommand(@Reference WebComponent web) {
    this.web = web;
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

  /** Runs it with the words that follow its name; returns 0, 1 (failed) or 2 (called wrongly). */
  private int call(List<String> arguments, PrintStream out, PrintStream err) {
    List<String> words = new ArrayList<>(arguments);
    if (words.contains("--help")) {
      out.print(HELP);
      return 0;
    }
    boolean json = words.remove("--json");
    boolean token = words.remove("token");
    if (!words.isEmpty()) {
      err.println(
          "\"%s\" is no word of web; give \"token\" or nothing.".formatted(words.getFirst()));
      return MISUSED;
    }
    WebAddress address = web.address();
    String page = token ? address.firstLogin() : address.login();
    if (json) {
      out.println(Json.of(Map.of("address", page)));
    } else if (!page.isEmpty()) {
      out.println((token ? "Log in once at " : "The web console is at ") + page);
    }
    if (page.isEmpty()) {
      err.println("The web console does not listen; the log says why.");
      return FAILED;
    }
    return 0;
  }

  @Override
  public List<String> words(String command, List<String> before) {
    return before.isEmpty() ? List.of("token", "--json", "--help") : List.of("--json");
  }
}

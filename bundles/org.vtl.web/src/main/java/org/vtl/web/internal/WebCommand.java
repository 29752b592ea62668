package org.vtl.web.internal;

import java.io.PrintStream;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.runtime.CommandWords;

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
  private static final int USAGE = 2;
  private static final String HELP =
      """
      usage: web [token]

      Without a word it says where the web console is. With "token" it makes an address that logs
      in once as administrator, in place of the one before.
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
    List<String> words = arguments.stream().map(String::valueOf).toList();
    if (words.equals(List.of("--help"))) {
      out.print(HELP);
    } else if (words.equals(List.of("token"))) {
      out.println("Log in once at " + web.loginAddress());
    } else if (words.isEmpty()) {
      out.println(
          web.address().isEmpty()
              ? "The web console does not listen; the log says why."
              : "The web console is at " + web.address() + "vtl/login");
    } else {
      PrintStream err = process == null ? out : process.err();
      err.println(
          "\"%s\" is no word of web; give \"token\" or nothing.".formatted(words.getFirst()));
      if (process != null) {
        process.error(USAGE);
      }
    }
    out.flush();
    return null;
  }

  @Override
  public List<String> words(String command, List<String> before) {
    return before.isEmpty() ? List.of("token", "--help") : List.of();
  }
}

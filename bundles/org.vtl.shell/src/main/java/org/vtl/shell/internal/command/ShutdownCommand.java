package org.vtl.shell.internal.command;

import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;

/** {@code vtl:shutdown}: stops VTL. */
public final class ShutdownCommand extends Command {
  private final Runnable stop;

  ShutdownCommand(Runnable stop) {
    super(
        Syntax.of("shutdown", "stop VTL: links go down, nothing passes them any more")
            .flag("--yes", "do not ask")
            .detail(
                "To leave a session and keep VTL running, say \"exit\"; at the terminal of \"vtl"
                    + " run\" that stops VTL, too.")
            .example("shutdown")
            .example("shutdown --yes"));
    this.stop = stop;
  }

  @Descriptor("stops VTL: links go down, nothing passes them any more")
  public void shutdown(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    if (arguments.has("--yes")
        || output.confirm("Stop VTL? Links go down, nothing passes them any more.")) {
      output.show(Map.of("message", "VTL stops."), () -> "VTL stops.\n");
      stop.run();
    } else {
      output.say("VTL runs on.");
    }
  }
}

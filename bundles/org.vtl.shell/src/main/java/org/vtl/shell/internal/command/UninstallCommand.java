package org.vtl.shell.internal.command;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Installer;

/** {@code vtl:uninstall}: removes a bundle or a feature; links that require it close. */
public final class UninstallCommand extends Command {
  private final Providers providers;

  UninstallCommand(Providers providers) {
    super(
        Syntax.of("uninstall", "remove a bundle or a feature; connections go on without it")
            .operands("NAME", 1, 1, Noun.INSTALLED)
            .detail("A link that requires a service of it closes: nothing passes until it is back.")
            .example("uninstall portblock")
            .example("uninstall my-service --json"));
    this.providers = providers;
  }

  @Descriptor("removes a bundle or a feature; connections go on without it")
  public void uninstall(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    Installer.Outcome outcome = providers.installer().uninstall(arguments.operand(0), output::say);
    output.show(outcome, () -> outcome.message() + "\n");
  }
}

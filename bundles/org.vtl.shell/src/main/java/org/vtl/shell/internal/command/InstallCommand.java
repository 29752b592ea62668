package org.vtl.shell.internal.command;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Installer;

/** {@code vtl:install}: a bundle or a feature, while traffic flows. */
public final class InstallCommand extends Command {
  private final Providers providers;

  InstallCommand(Providers providers) {
    super(
        Syntax.of("install", "install a bundle or a feature; says first what that does")
            .operands("SOURCE", 1, 1, Noun.SOURCE)
            .flag("--plan", "only say what it would do")
            .flag("--yes", "do not ask, also when it refreshes other bundles")
            .detail(
                "SOURCE is a jar's path or URL, a feature's .json, the name of a feature, or"
                    + " group:artifact[:version] of the local repository. If it cannot be started,"
                    + " what was there before runs on.")
            .example("install portblock")
            .example("install /opt/my-service-1.0.jar --plan"));
    this.providers = providers;
  }

  @Descriptor("installs a bundle or a feature; says first what that does")
  public void install(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    Installer installer = providers.installer();
    Installer.Plan plan = installer.plan(arguments.operand(0));
    if (arguments.has("--plan")) {
      output.show(plan, () -> PlanText.of(plan, output));
      if (!plan.problems().isEmpty() && !output.isJson()) {
        throw Failure.of("This cannot be installed.");
      }
      return;
    }
    if (PlanText.agreed(plan, arguments.has("--yes"), output)) {
      Installer.Outcome outcome = installer.install(arguments.operand(0), output::say);
      output.show(outcome, () -> outcome.message() + "\n");
    }
  }
}

package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Installer;
import org.vtl.text.Nearest;

/** {@code vtl:update}: replaces what was installed, from where it came or from elsewhere. */
public final class UpdateCommand extends Command {
  private final Providers providers;

  UpdateCommand(Providers providers) {
    super(
        Syntax.of("update", "replace what was installed, from where it came or from SOURCE")
            .operands("NAME [SOURCE]", 1, 2, Noun.INSTALLED, Noun.SOURCE)
            .flag("--plan", "only say what it would do")
            .flag("--yes", "do not ask, also when it refreshes other bundles")
            .detail("If the new one cannot be started, the old one runs on.")
            .example("update my-service")
            .example("update my-service /opt/my-service-1.1.jar --plan"));
    this.providers = providers;
  }

  @Descriptor("replaces what was installed, from where it came or from elsewhere")
  public void update(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    Installer installer = providers.installer();
    String name = arguments.operand(0);
    String source = arguments.operand(1).isEmpty() ? source(installer, name) : arguments.operand(1);
    Installer.Plan plan = installer.plan(source);
    if (arguments.has("--plan")) {
      output.show(plan, () -> PlanText.of(plan, output));
      return;
    }
    if (PlanText.agreed(plan, arguments.has("--yes"), output)) {
      Installer.Outcome outcome = installer.update(name, source, output::say);
      output.show(outcome, () -> outcome.message() + "\n");
    }
  }

  /** Where {@code name} came from. */
  private static String source(Installer installer, String name) throws Failure {
    List<Installer.Installed> installed = installer.installed();
    for (Installer.Installed one : installed) {
      if (one.name().equals(name)) {
        return one.source();
      }
    }
    for (Installer.Feature feature : installer.features()) {
      if (feature.name().equals(name)) {
        if (!feature.installed()) {
          throw Failure.of(
              "Feature %1$s is not installed; \"install %1$s\" does that.".formatted(name));
        }
        return name;
      }
    }
    throw Failure.of(
        "\"%s\" was not installed%s"
            .formatted(
                name,
                Nearest.hint(
                    name,
                    installed.stream().map(Installer.Installed::name).toList(),
                    "installed")));
  }
}

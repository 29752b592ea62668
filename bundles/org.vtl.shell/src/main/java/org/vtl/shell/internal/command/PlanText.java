package org.vtl.shell.internal.command;

import java.util.List;
import org.vtl.runtime.Installer;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;

/** What a change would do, before it is made, and whether to make it. */
final class PlanText {
  private PlanText() {}

  static String of(Installer.Plan plan, Output output) {
    StringBuilder text = new StringBuilder();
    line(text, "installs", plan.install());
    line(text, "updates", plan.update());
    line(text, "starts", plan.start());
    text.append("refreshes  ").append(plan.refresh().isEmpty() ? "nothing" : "");
    text.append(plan.refresh().isEmpty() ? "" : Units.list(plan.refresh())).append('\n');
    for (String problem : plan.problems()) {
      text.append(output.styled("problem    ", Style.BAD)).append(problem).append('\n');
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String label, List<String> what) {
    if (!what.isEmpty()) {
      text.append("%-10s ".formatted(label)).append(Units.list(what)).append('\n');
    }
  }

  /**
   * Shows the plan, and asks where it would stop and start what else is running.
   *
   * @return whether to go on
   * @throws Failure if the plan cannot be done, or must be confirmed and nobody is there
   */
  static boolean agreed(Installer.Plan plan, boolean yes, Output output) throws Failure {
    output.say(of(plan, output).stripTrailing());
    if (!plan.problems().isEmpty()) {
      throw Failure.of(
          "\"%s\" cannot be installed: %s"
              .formatted(plan.source(), String.join(" ", plan.problems())));
    }
    if (yes || plan.refresh().isEmpty() || output.confirm("This refreshes what runs. Go on?")) {
      return true;
    }
    output.say("Nothing was changed.");
    return false;
  }
}

package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Installer;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:features}: what can be installed by name. */
public final class FeaturesCommand extends Command {
  private final Providers providers;

  FeaturesCommand(Providers providers) {
    super(
        Syntax.of("features", "list features that are installed or can be")
            .example("features")
            .example("features --json"));
    this.providers = providers;
  }

  @Descriptor("lists features that are installed or can be")
  public void features(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    List<Installer.Feature> features = providers.installer().features();
    output.show(
        features, () -> features.isEmpty() ? "No features.\n" : output.render(table(features)));
  }

  private static Table table(List<Installer.Feature> features) {
    Table table = new Table("FEATURE", "INSTALLED", ">BUNDLES", "DESCRIPTION");
    for (Installer.Feature feature : features) {
      table
          .row(
              feature.name(),
              feature.installed() ? "yes" : "no",
              feature.bundles().size(),
              feature.description())
          .style(1, feature.installed() ? Style.GOOD : Style.FAINT);
    }
    return table;
  }
}

package org.vtl.shell.internal.command;

import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.Installer;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** {@code vtl:installed}: what is there beyond the distribution, and what failed to be. */
public final class InstalledCommand extends Command {
  private final Providers providers;

  InstalledCommand(Providers providers) {
    super(
        Syntax.of("installed", "list what was installed beyond the distribution, and what failed")
            .example("installed")
            .example("installed --json"));
    this.providers = providers;
  }

  @Descriptor("lists what was installed beyond the distribution, and what failed")
  public void installed(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    List<Installer.Installed> all = providers.installer().installed();
    output.show(
        all,
        () ->
            all.isEmpty()
                ? "Nothing was installed beyond the distribution.\n"
                : output.render(table(all)));
  }

  private static Table table(List<Installer.Installed> all) {
    Table table = new Table("NAME", "VERSION", "STATE", "SOURCE");
    for (Installer.Installed one : all) {
      table
          .row(one.name(), one.version(), one.state(), one.source())
          .style(2, Style.ofState(one.state()))
          .note(one.reason());
    }
    return table;
  }
}

package org.vtl.shell.internal.command;

import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.ConnectionTimeline;
import org.vtl.runtime.Explanation;
import org.vtl.text.Style;
import org.vtl.text.Table;

/**
 * {@code vtl:explain}: which services see a connection, or would see a new one, and why; and what
 * happened to one that is there.
 */
public final class ExplainCommand extends Command {
  private final Providers providers;

  ExplainCommand(Providers providers) {
    super(
        Syntax.of("explain", "say which services see a connection, or would see it, and why")
            .operands(
                "ID | arp | tcp|udp|icmp SOURCE[:PORT] to DESTINATION[:PORT]",
                1,
                4,
                Noun.CONNECTION)
            .option("--link", "NAME", "on this link (needed when there are several)", Noun.LINK)
            .detail(
                "At a prompt, \"to\" stands for \">\", which would write to a file; in quotation"
                    + " marks \">\" works, too.")
            .example("explain tcp 10.0.0.2 to 93.184.215.14:443")
            .example("explain --link vm1 17"));
    this.providers = providers;
  }

  @Descriptor("says which services see a connection, or would see it, and why")
  public void explain(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  @Override
  void run(Arguments arguments, Output output) throws Failure {
    String connection =
        String.join(
            " ",
            arguments.operands().stream().map(word -> word.equals("to") ? ">" : word).toList());
    Explanation explanation = providers.runtime().explain(arguments.text("--link", ""), connection);
    if (explanation.connection() == 0) {
      output.show(explanation, () -> text(explanation, output));
      return;
    }
    ConnectionTimeline timeline = providers.runtime().timeline(explanation.connection());
    output.show(
        TimelineSheet.with(explanation, timeline),
        () -> text(explanation, output) + "\n" + TimelineSheet.render(timeline, output));
  }

  private static String text(Explanation explanation, Output output) {
    String head =
        "%s on link %s, %s:\n"
            .formatted(
                explanation.description(),
                explanation.link(),
                explanation.connection() == 0
                    ? "as a new connection"
                    : "connection " + explanation.connection());
    if (explanation.stages().isEmpty()) {
      return head + "There are no services: it passes unseen.\n";
    }
    Table table = new Table(">PRIORITY", "SERVICE", "SEES", "WHY");
    for (Explanation.Stage stage : explanation.stages()) {
      table
          .row(stage.priority(), stage.service(), stage.sees() ? "yes" : "no", stage.why())
          .style(2, stage.sees() ? Style.GOOD : Style.FAINT);
    }
    return head + output.render(table);
  }
}

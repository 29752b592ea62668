package org.vtl.shell.internal.session;

import java.nio.file.Path;
import org.apache.felix.service.command.CommandProcessor;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.Providers;
import org.vtl.shell.internal.command.StatusCommand;
import org.vtl.shell.internal.command.Vocabulary;

/**
 * What all sessions share.
 *
 * @param processor Gogo's
 * @param commands those of VTL
 * @param providers what they speak to
 * @param history file of the lines that were typed
 * @param version VTL's
 */
public record Shared(
    CommandProcessor processor,
    Commands commands,
    Providers providers,
    Path history,
    String version) {
  Vocabulary vocabulary() {
    return new Vocabulary(providers, commands);
  }

  String greeting() {
    return "VTL " + version + ": " + StatusCommand.greeting(providers);
  }
}

package org.vtl.shell.internal;

import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import org.apache.felix.gogo.jline.Builtin;
import org.apache.felix.gogo.jline.Converters;
import org.apache.felix.gogo.jline.Posix;
import org.apache.felix.gogo.jline.Procedural;
import org.apache.felix.service.command.CommandProcessor;
import org.apache.felix.service.command.Converter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceRegistration;
import org.vtl.shell.internal.command.Command;
import org.vtl.shell.internal.command.Commands;

/** The commands as services, by which Gogo finds them. */
final class CommandRegistry implements AutoCloseable {
  /**
   * What is of use behind a pipe or in a script; the rest of Gogo's would edit the host's files.
   */
  private static final String[] POSIX = {
    "cat", "clear", "date", "echo", "grep", "head", "less", "sort", "tail", "watch", "wc"
  };

  private static final String[] PROCEDURAL = {
    "each", "if", "not", "throw", "try", "until", "while", "break", "continue"
  };

  private static final String[] BUILTIN = {"format", "history", "jobs", "set", "type"};

  private final BundleContext context;
  private final List<ServiceRegistration<?>> registrations = new ArrayList<>();

  private CommandRegistry(BundleContext context) {
    this.context = context;
  }

  static CommandRegistry of(BundleContext context, Commands commands, CommandProcessor processor) {
    CommandRegistry registry = new CommandRegistry(context);
    for (Command command : commands.all()) {
      registry.register(Commands.SCOPE, command, command.syntax().name());
    }
    registry.register("gogo", new Posix(processor), POSIX);
    registry.register("gogo", new Procedural(), PROCEDURAL);
    registry.register("gogo", new Builtin(), BUILTIN);
    // Without it no command of the framework takes a bundle by its number: "stop 5", "headers 5".
    BundleContext framework = context.getBundle(Constants.SYSTEM_BUNDLE_ID).getBundleContext();
    registry.registrations.add(
        context.registerService(Converter.class, new Converters(framework), null));
    return registry;
  }

  private void register(String scope, Object target, String... functions) {
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(CommandProcessor.COMMAND_SCOPE, scope);
    properties.put(CommandProcessor.COMMAND_FUNCTION, functions);
    registrations.add(context.registerService(target.getClass().getName(), target, properties));
  }

  @Override
  public void close() {
    registrations.forEach(ServiceRegistration::unregister);
  }
}

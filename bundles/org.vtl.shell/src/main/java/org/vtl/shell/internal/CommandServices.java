package org.vtl.shell.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.vtl.runtime.CommandWords;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.OtherCommands;

/** The other bundles' commands, as the service registry has them at the moment. */
final class CommandServices implements OtherCommands {
  private static final ServiceReference<?>[] NONE = {};

  private final BundleContext context;

  CommandServices(BundleContext context) {
    this.context = context;
  }

  @Override
  public Map<String, String> summaries() {
    Map<String, String> summaries = new TreeMap<>();
    for (ServiceReference<?> reference : references(null)) {
      String what = Objects.toString(reference.getProperty(Constants.SERVICE_DESCRIPTION), "");
      names(reference).forEach(name -> summaries.put(name, what));
    }
    return summaries;
  }

  @Override
  public List<String> words(String name, List<String> before) {
    for (ServiceReference<?> reference : references(CommandWords.class.getName())) {
      // Null: it has just gone, or was made for another version of the interface.
      if (names(reference).contains(name)
          && context.getService(reference) instanceof CommandWords command) {
        try {
          return command.words(name, before);
        } catch (RuntimeException e) {
          return List.of(); // its fault must not end the line that is being typed
        } finally {
          context.ungetService(reference);
        }
      }
    }
    return List.of();
  }

  private List<ServiceReference<?>> references(String type) {
    try {
      ServiceReference<?>[] found =
          context.getServiceReferences(
              type, "(%s=%s)".formatted(CommandProcessor.COMMAND_SCOPE, Commands.SCOPE));
      return List.of(found == null ? NONE : found).stream()
          .<ServiceReference<?>>map(reference -> reference)
          .filter(reference -> !context.getBundle().equals(reference.getBundle()))
          .toList();
    } catch (InvalidSyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> names(ServiceReference<?> reference) {
    return switch (reference.getProperty(CommandProcessor.COMMAND_FUNCTION)) {
      case String[] functions -> List.of(functions);
      case null -> List.of();
      case Object function -> List.of(function.toString());
    };
  }
}

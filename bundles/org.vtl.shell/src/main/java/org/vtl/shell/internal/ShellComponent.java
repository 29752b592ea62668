package org.vtl.shell.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.felix.service.command.CommandProcessor;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.FrameworkListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;
import org.vtl.runtime.VtlRuntime;
import org.vtl.shell.internal.command.Commands;
import org.vtl.shell.internal.command.Providers;
import org.vtl.shell.internal.session.Console;
import org.vtl.shell.internal.session.Shared;
import org.vtl.shell.internal.session.ShellServer;

/**
 * Registers the commands, opens the shell's socket, and the prompt at the terminal.
 *
 * <p>Framework properties: {@code vtl.shell.socket}, the socket's path (default {@code
 * run/shell.sock} in the data folder); {@code vtl.console}, {@code true} for a prompt at the
 * terminal; {@code vtl.data}, the data folder (default {@code data}); {@code vtl.version}.
 */
@Component(
    service = {},
    immediate = true)
public final class ShellComponent {
  private static final System.Logger LOG = System.getLogger(ShellComponent.class.getName());
  private static final int SESSIONS = 16;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile VtlRuntime runtime;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Installer installer;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile Configurations configurations;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  private volatile ConfigurationTrials trials;

  private final Providers providers =
      new Providers(() -> runtime, () -> installer, () -> configurations, () -> trials);

  private final BundleContext context;
  private final Shared shared;
  private final CommandRegistry registry;
  private final Optional<ShellServer> server;
  private final FrameworkListener whenStarted = this::openConsole;
  private Console console;
  private boolean closed;

  /** Opens what the framework properties say. */
  @Activate
  public ShellComponent(BundleContext context, @Reference CommandProcessor processor) {
    this.context = context;
    Commands commands = new Commands(providers, this::stopFramework, new CommandServices(context));
    Path data = Path.of(property("vtl.data", "data"));
    shared =
        new Shared(
            processor,
            commands,
            providers,
            data.resolve("shell_history").toAbsolutePath(),
            property("vtl.version", ""));
    registry = CommandRegistry.of(context, commands, processor);
    server =
        serve(Path.of(property("vtl.shell.socket", data.resolve("run/shell.sock").toString())));
    if (Boolean.parseBoolean(property("vtl.console", "false"))) {
      context.addFrameworkListener(whenStarted);
      if (context.getBundle(0).getState() == Bundle.ACTIVE) {
        openConsole(null);
      }
    }
  }

  private String property(String name, String otherwise) {
    String value = context.getProperty(name);
    return value == null ? otherwise : value;
  }

  private Optional<ShellServer> serve(Path socket) {
    try {
      return Optional.of(
          ShellServer.open(socket.toAbsolutePath(), shared, SESSIONS, System::nanoTime));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, e.getMessage());
      return Optional.empty();
    }
  }

  /** Once all bundles have started, so that the greeting tells of all of them. */
  private synchronized void openConsole(FrameworkEvent event) {
    if (console != null || closed || event != null && event.getType() != FrameworkEvent.STARTED) {
      return;
    }
    try {
      console = Console.open(shared, this::stopFramework);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "There is no prompt, because there is no terminal ({0}).",
          e.getMessage());
    }
  }

  /** On a thread of its own: a bundle that stops waits for its own commands otherwise. */
  private void stopFramework() {
    Thread.ofPlatform()
        .name("vtl-shutdown")
        .start(
            () -> {
              try {
                context.getBundle(0).stop();
              } catch (BundleException e) {
                LOG.log(System.Logger.Level.ERROR, "VTL does not stop", e);
              }
            });
  }

  @Deactivate
  void close() {
    context.removeFrameworkListener(whenStarted);
    synchronized (this) {
      closed = true;
      if (console != null) {
        console.close();
      }
    }
    server.ifPresent(ShellServer::close);
    registry.close();
  }
}

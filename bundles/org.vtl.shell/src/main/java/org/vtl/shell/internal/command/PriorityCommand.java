package org.vtl.shell.internal.command;

import java.util.HashMap;
import java.util.Map;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.vtl.runtime.ServiceInfo;

/** {@code vtl:priority}: a service's distance from the VM, changed without a gap. */
public final class PriorityCommand extends Command {
  private static final String KEY = "vtl.priority";
  private static final int MOST = 1_000_000;
  private static final int POLLS = 100;
  private static final long POLL_MILLIS = 20;

  private final Providers providers;

  PriorityCommand(Providers providers) {
    super(
        Syntax.of("priority", "show or change a service's distance from the VM")
            .operands("SERVICE [N | default]", 1, 2, Noun.SERVICE, Noun.NONE)
            .detail(
                "100 observes at the VM, 200 filters, 300 redirects, 400 transport, 500"
                    + " persistence, 600 transforms, 700 tunnels, 800 observes at the network.")
            .example("priority capture 100")
            .example("priority capture default"));
    this.providers = providers;
  }

  @Descriptor("shows or changes a service's distance from the VM")
  public void priority(CommandSession session, @Descriptor(WORDS) String[] words) {
    execute(session, words);
  }

  /** A service's priority; names of the JSON object. */
  record Priority(String service, String pid, int priority) {}

  @Override
  void run(Arguments arguments, Output output) throws Failure, InterruptedException {
    String name = arguments.operand(0);
    ServiceInfo service = ServicesCommand.named(providers.runtime().services(), name).getFirst();
    String wanted = arguments.operand(1);
    if (wanted.isEmpty()) {
      output.show(
          new Priority(name, service.pid(), service.priority()),
          () -> "Service %s has priority %d.\n".formatted(name, service.priority()));
      return;
    }
    if (service.pid().isEmpty()) {
      throw Failure.of(
          "Service %s has no configuration, so its priority cannot be changed.".formatted(name));
    }
    if (wanted.equals("default")) {
      change(service, null);
    } else {
      int number = number(wanted);
      change(service, number);
      awaitChange(name, number);
    }
    output.show(
        Map.of("service", name, "pid", service.pid(), "priority", wanted),
        () ->
            wanted.equals("default")
                ? "Service %s has its own priority again.\n".formatted(name)
                : "Service %s has priority %s.\n".formatted(name, wanted));
  }

  private void change(ServiceInfo service, Integer priority) throws Failure {
    // A map that may hold the null by which Configurations removes a key.
    Map<String, Object> change = new HashMap<>();
    change.put(KEY, priority);
    providers.configurations().set(service.pid(), change);
  }

  /** A component takes its configuration by and by; one that has another's name never does. */
  private void awaitChange(String name, int priority) throws Failure, InterruptedException {
    for (int i = 0; i < POLLS; i++) {
      if (providers.runtime().services().stream()
          .anyMatch(one -> one.name().equals(name) && one.priority() == priority)) {
        return;
      }
      Thread.sleep(POLL_MILLIS);
    }
    throw Failure.of(
        "Service %s has not taken priority %d yet; its component's name has to be its configuration's, as in @Component(name = \"...\")."
            .formatted(name, priority));
  }

  private static int number(String wanted) throws Failure {
    try {
      int number = Integer.parseInt(wanted);
      if (number >= 0 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, with the range.
    }
    throw Failure.usage(
        "Priority \"%s\" must be a number from 0 to %d, or \"default\".".formatted(wanted, MOST));
  }
}

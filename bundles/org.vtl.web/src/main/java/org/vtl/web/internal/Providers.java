package org.vtl.web.internal;

import java.util.Optional;
import java.util.function.Supplier;
import org.vtl.management.Refusal;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;
import org.vtl.runtime.VtlRuntime;

/** What of VTL is there now. Routes stay while it comes and goes. From any thread. */
public final class Providers {
  private static final int ABSENT = 503;

  private final Supplier<VtlRuntime> runtime;
  private final Supplier<Installer> installer;
  private final Supplier<Configurations> configurations;
  private final Supplier<ConfigurationTrials> trials;

  /** Each tells what is there at the moment, or null. */
  public Providers(
      Supplier<VtlRuntime> runtime,
      Supplier<Installer> installer,
      Supplier<Configurations> configurations,
      Supplier<ConfigurationTrials> trials) {
    this.runtime = runtime;
    this.installer = installer;
    this.configurations = configurations;
    this.trials = trials;
  }

  public Optional<VtlRuntime> presentRuntime() {
    return Optional.ofNullable(runtime.get());
  }

  public Optional<Configurations> presentConfigurations() {
    return Optional.ofNullable(configurations.get());
  }

  /** The engine; a refusal if it is not there. */
  public VtlRuntime runtime() {
    return presentRuntime().orElseThrow(() -> absent("The engine", "org.vtl.core"));
  }

  /** The installer; a refusal if it is not there. */
  public Installer installer() {
    return Optional.ofNullable(installer.get())
        .orElseThrow(() -> absent("The installer", "org.vtl.deploy"));
  }

  /** The configurations; a refusal if they are not there. */
  public Configurations configurations() {
    return presentConfigurations()
        .orElseThrow(() -> absent("The configuration of VTL", "org.vtl.deploy"));
  }

  /** The configurations on trial; a refusal if they are not there. */
  public ConfigurationTrials trials() {
    return Optional.ofNullable(trials.get())
        .orElseThrow(() -> absent("The configuration of VTL", "org.vtl.deploy"));
  }

  private static Refusal absent(String what, String bundle) {
    return new Refusal(
        ABSENT,
        "%s is not running; \"lb\" shows the state of bundle %s, and the log says why."
            .formatted(what, bundle));
  }
}

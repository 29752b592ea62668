package org.vtl.shell.internal.command;

import java.util.Optional;
import java.util.function.Supplier;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;
import org.vtl.runtime.VtlRuntime;

/** What of VTL is there now. Commands stay while it comes and goes. From any thread. */
public final class Providers {
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

  Optional<VtlRuntime> presentRuntime() {
    return Optional.ofNullable(runtime.get());
  }

  Optional<Installer> presentInstaller() {
    return Optional.ofNullable(installer.get());
  }

  Optional<Configurations> presentConfigurations() {
    return Optional.ofNullable(configurations.get());
  }

  VtlRuntime runtime() throws Failure {
    return presentRuntime().orElseThrow(() -> absent("The engine", "org.vtl.core"));
  }

  Installer installer() throws Failure {
    return presentInstaller().orElseThrow(() -> absent("The installer", "org.vtl.deploy"));
  }

  Configurations configurations() throws Failure {
    return presentConfigurations()
        .orElseThrow(() -> absent("The configuration of VTL", "org.vtl.deploy"));
  }

  ConfigurationTrials trials() throws Failure {
    return Optional.ofNullable(trials.get())
        .orElseThrow(() -> absent("The configuration of VTL", "org.vtl.deploy"));
  }

  private static Failure absent(String what, String bundle) {
    return Failure.of(
        "%s is not running; \"lb\" shows the state of bundle %s, and the log says why."
            .formatted(what, bundle));
  }
}

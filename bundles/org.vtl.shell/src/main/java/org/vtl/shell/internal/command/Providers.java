package org.vtl.shell.internal.command;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;
import org.vtl.runtime.VtlRuntime;

/**
 * What of VTL is there now. Commands stay while it comes and goes. From any thread.
 *
 * <p>A successor is set before its predecessor is unset, so unsetting names whom it means.
 */
public final class Providers {
  private final AtomicReference<VtlRuntime> runtime = new AtomicReference<>();
  private final AtomicReference<Installer> installer = new AtomicReference<>();
  private final AtomicReference<Configurations> configurations = new AtomicReference<>();
  private final AtomicReference<ConfigurationTrials> trials = new AtomicReference<>();

  public void setRuntime(VtlRuntime present) {
    runtime.set(present);
  }

  public void unsetRuntime(VtlRuntime gone) {
    runtime.compareAndSet(gone, null);
  }

  public void setInstaller(Installer present) {
    installer.set(present);
  }

  public void unsetInstaller(Installer gone) {
    installer.compareAndSet(gone, null);
  }

  public void setConfigurations(Configurations present) {
    configurations.set(present);
  }

  public void unsetConfigurations(Configurations gone) {
    configurations.compareAndSet(gone, null);
  }

  public void setTrials(ConfigurationTrials present) {
    trials.set(present);
  }

  public void unsetTrials(ConfigurationTrials gone) {
    trials.compareAndSet(gone, null);
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

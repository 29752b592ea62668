package org.vtl.deploy.internal.install;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vtl.deploy.internal.FolderClock;
import org.vtl.deploy.internal.Home;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;

/**
 * Runs {@link BundleInstaller} and {@link DeployFolder} in the framework: brings back what an
 * earlier run had installed as soon as the distribution has started, and then looks at the folder.
 */
@Component(immediate = true)
public final class InstallerComponent implements Installer {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private final BundleContext context;
  private final BundleInstaller installer;
  private final DeployFolder folder;
  private final FolderClock clock;
  private boolean restored;

  @Activate
  public InstallerComponent(
      BundleContext context,
      @Reference ServiceComponentRuntime components,
      @Reference Configurations configurations) {
    this.context = context;
    Home home = Home.of(context);
    installer = new BundleInstaller(context, components, configurations, home, START_LIMIT);
    folder = new DeployFolder(home.deploy(), installer);
    clock = new FolderClock("vtl-deploy", home.deploy(), this::poll);
  }

  private boolean poll() {
    try {
      if (context.getBundle(0).getState() != Bundle.ACTIVE) {
        // Before the last start level nothing that is installed would start.
        return false;
      }
      if (!restored) {
        restored = true;
        installer.restore();
      }
      return folder.poll();
    } catch (RuntimeException e) {
      System.getLogger(InstallerComponent.class.getName())
          .log(
              Level.ERROR, "The deploy folder was not looked at to its end; it is tried again.", e);
      return true;
    }
  }

  @Deactivate
  public void deactivate() {
    // Not at leisure: who stops the framework waits for this, and a change under way waits for it.
    clock.close();
    installer.close();
  }

  @Override
  public Plan plan(String source) {
    return installer.plan(source);
  }

  @Override
  public Outcome install(String source, Consumer<String> progress) {
    return installer.install(source, progress);
  }

  @Override
  public Outcome update(String name, String source, Consumer<String> progress) {
    return installer.update(name, source, progress);
  }

  @Override
  public Outcome uninstall(String name, Consumer<String> progress) {
    return installer.uninstall(name, progress);
  }

  @Override
  public String refusal(String name) {
    return installer.refusal(name);
  }

  @Override
  public List<Installed> installed() {
    return installer.installed();
  }

  @Override
  public List<Feature> features() {
    return installer.features();
  }
}

package org.vtl.deploy.internal.configuration;

import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.framework.SynchronousBundleListener;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.ConfigurationListener;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.FolderClock;
import org.vtl.deploy.internal.Home;
import org.vtl.runtime.ConfigurationTrials;
import org.vtl.runtime.Configurations;

/**
 * Runs {@link ConfigurationFiles} in the framework: looks when something has changed in them, and
 * hears of changes in the store.
 */
@Component(
    service = {Configurations.class, ConfigurationTrials.class, ConfigurationListener.class},
    immediate = true)
public final class ConfigurationComponent
    implements Configurations, ConfigurationTrials, ConfigurationListener {
  private final BundleContext context;
  private final ServiceComponentRuntime components;
  private final ConfigurationFiles files;
  private final Trials trials;
  private final FolderClock clock;

  // Before the components of a bundle are activated, so that none of them sees a wrong value.
  private final SynchronousBundleListener bundles;

  @Activate
  public ConfigurationComponent(
      BundleContext context,
      @Reference ConfigurationAdmin admin,
      @Reference MetaTypeService metatypes,
      @Reference ServiceComponentRuntime components) {
    this.context = context;
    this.components = components;
    Home home = Home.of(context);
    Path etc = home.etc();
    files = new ConfigurationFiles(context, admin, metatypes, etc);
    trials = new Trials(files, etc, home.data().resolve("trials"));
    trials.recover();
    files.start();
    bundles =
        event -> {
          if (event.getType() == BundleEvent.RESOLVED) {
            files.definitionsChanged();
          }
        };
    context.addBundleListener(bundles);
    clock = new FolderClock("vtl-configuration", etc, this::poll);
  }

  private boolean poll() {
    try {
      return files.poll();
    } catch (RuntimeException e) {
      System.getLogger(ConfigurationComponent.class.getName())
          .log(
              Level.ERROR,
              "The configurations were not looked at to the end; it is tried again.",
              e);
      return true;
    }
  }

  @Deactivate
  public void deactivate() {
    trials.close();
    context.removeBundleListener(bundles);
    clock.close();
  }

  @Override
  public void configurationEvent(ConfigurationEvent event) {
    if (event.getType() != ConfigurationEvent.CM_LOCATION_CHANGED) {
      files.stored(event.getPid());
    }
  }

  @Override
  public List<Entry> list() {
    return files.list();
  }

  @Override
  public Entry set(String pid, Map<String, ?> changes) {
    return files.set(configurationOf(pid), changes);
  }

  @Override
  public Entry check(String pid, Map<String, ?> changes) {
    return files.check(configurationOf(pid), changes);
  }

  @Override
  public Trial start(String pid, Map<String, ?> changes, int seconds, String user) {
    return trials.start(configurationOf(pid), changes, seconds, user);
  }

  @Override
  public List<Trial> running() {
    return trials.running();
  }

  @Override
  public Trial confirm(String pid) {
    return trials.confirm(configurationOf(pid));
  }

  @Override
  public Trial revert(String pid) {
    return trials.revert(configurationOf(pid));
  }

  @Override
  public void delete(String pid) {
    files.delete(configurationOf(pid));
  }

  /**
   * The identity of the configuration that a component reads, if {@code pid} is that component's
   * name: as long as a component has no configuration, its name is all that its service tells.
   */
  private String configurationOf(String pid) {
    return components.getComponentDescriptionDTOs().stream()
        .filter(component -> component.name.equals(pid) && component.configurationPid.length > 0)
        .map(component -> component.configurationPid[0])
        .findFirst()
        .orElse(pid);
  }

  @Override
  public List<String> faults() {
    return files.faults();
  }
}

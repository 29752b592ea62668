package org.vtl.deploy.internal.install;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.hooks.bundle.CollisionHook;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.vtl.deploy.internal.Home;
import org.vtl.runtime.Configurations;
import org.vtl.runtime.Installer;

/** Installs and removes, one change at a time, and keeps account of it. From any thread. */
final class BundleInstaller implements Installer {
  private static final Logger LOG = System.getLogger(BundleInstaller.class.getName());

  private final BundleContext context;
  private final Home home;
  private final Path store;
  private final Sources sources;
  private final Installations installations;
  private final Ownership ownership;
  private final Removal removal;
  private final Activation activation;
  private final Starter starter;
  private final FeatureConfigurations configurations;
  private final ServiceRegistration<CollisionHook> beside;
  private final PresentBundles present;
  private final DistributionFeatures distribution;
  private final InstalledReport report;
  private final ReentrantLock changing = new ReentrantLock(true);

  BundleInstaller(
      BundleContext context,
      ServiceComponentRuntime components,
      Configurations configurations,
      Home home,
      Duration startLimit) {
    this.context = context;
    this.home = home;
    this.store = home.data().resolve("installed");
    this.sources = new Sources(home, store);
    this.installations = new Installations(new InstalledList(store));
    this.activation = new Activation(context, components);
    this.starter = new Starter(activation, startLimit);
    this.present = new PresentBundles(context, home, store);
    this.ownership = new Ownership(context, installations, present);
    this.distribution = new DistributionFeatures(home, sources);
    this.report = new InstalledReport(context, activation, present);
    this.configurations = new FeatureConfigurations(configurations);
    this.removal =
        new Removal(
            context, sources, installations, ownership, present, distribution, this.configurations);
    // A new version beside the old may have the same number: a developer's next build has.
    Bundle self = context.getBundle();
    this.beside =
        context.registerService(
            CollisionHook.class,
            (operation, target, collisions) -> {
              if (operation == CollisionHook.INSTALLING && target.equals(self)) {
                collisions.clear();
              }
            },
            null);
  }

  void close() {
    beside.unregister();
  }

  Sources sources() {
    return sources;
  }

  /** Installs again what an earlier run had installed. */
  void restore() {
    changing.lock();
    try {
      List<Installation> open = new ArrayList<>(installations.read());
      // One may need another that stands behind it: as long as something moves, try the rest.
      boolean moved = true;
      while (moved && !open.isEmpty()) {
        moved = open.removeIf(this::restored);
      }
      for (Installation item : open) {
        installations.failure(item.name()).ifPresent(why -> LOG.log(Level.WARNING, why.reason()));
      }
    } catch (Refused e) {
      installations.fail("installed.json", "", "", e.getMessage());
      LOG.log(Level.ERROR, e.getMessage());
    } finally {
      changing.unlock();
    }
  }

  private boolean restored(Installation item) {
    try {
      List<BundleJar> jars = new ArrayList<>();
      for (Installation.Content bundle : item.bundles()) {
        if (!bundle.digest().isEmpty()) {
          jars.add(
              BundleJar.read(
                  Sources.kept(store, bundle.symbolicName(), bundle.digest()),
                  bundle.symbolicName() + " " + bundle.version()));
        }
      }
      Change change = prepare(jars, item.feature(), "", progress -> {});
      change.commit(() -> {}, present::content);
      present.account(change);
      installations.succeed(item.name());
      return true;
    } catch (Refused e) {
      installations.fail(item.name(), item.version(), item.source(), e.getMessage());
      return false;
    }
  }

  @Override
  public Plan plan(String source) {
    changing.lock();
    try {
      Sources.Found found;
      try {
        found = sources.open(source);
      } catch (Refused e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
      try {
        ownership.requireFree(found, "");
        Change change = prepare(found.jars(), found.feature().isPresent(), "", progress -> {});
        try {
          return new Plan(
              source,
              change.installs(),
              change.updates(),
              change.starts(),
              change.refreshed().stream().map(Resolution::title).sorted().toList(),
              change.problems());
        } finally {
          change.undo(present::content);
        }
      } catch (Refused e) {
        return new Plan(
            source, List.of(), List.of(), List.of(), List.of(), List.of(e.getMessage()));
      }
    } finally {
      installations.discardOtherJars();
      changing.unlock();
    }
  }

  /** Makes {@code change} while no other is made. */
  <T> T exclusively(Supplier<T> change) {
    changing.lock();
    try {
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  @Override
  public Outcome install(String source, Consumer<String> progress) {
    changing.lock();
    try {
      progress.accept("Reading " + source + ".");
      return install(sources.open(source), "", progress);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Installs what was found.
   *
   * @param file its file in the deploy folder; empty if it did not come from there
   */
  Outcome install(Sources.Found found, String file, Consumer<String> progress) {
    changing.lock();
    try {
      long start = System.nanoTime();
      ownership.requireFree(found, file);
      Installation before = installations.find(found.name()).orElse(null);
      Change change = prepare(found.jars(), found.feature().isPresent(), file, progress);
      Map<String, String> given = new LinkedHashMap<>();
      try {
        change.commit(() -> configurations.give(found.feature(), given), present::content);
      } catch (RuntimeException e) {
        configurations.takeBack(given);
        throw e;
      }
      present.account(change);
      List<Installation.Content> contents = present.contents(found.jars());
      List<String> titles = contents.stream().map(Installation.Content::title).toList();
      if (change.isEmpty() && before == null && distribution.isRunning(found.name())) {
        // It stays the distribution's: written down, it would seem to go when it is uninstalled.
        return outcome(message(found, null, change), titles, start);
      }
      if (before != null) {
        before.configurations().forEach(given::putIfAbsent);
      }
      Installation item =
          new Installation(
              found.name(),
              found.feature().isPresent(),
              found.version(),
              found.source(),
              file,
              contents,
              given);
      installations.put(item);
      distribution.installed(item.name());
      installations.succeed(item.name());
      if (before != null) {
        removal.removeDropped(before);
      }
      installations.save();
      return outcome(message(found, before, change), titles, start);
    } finally {
      installations.discardOtherJars();
      changing.unlock();
    }
  }

  /** What came of a change that began at {@code start} of {@link System#nanoTime()}. */
  static Outcome outcome(String message, List<String> bundles, long start) {
    return new Outcome(message, bundles, (System.nanoTime() - start) / 1_000_000);
  }

  private String message(Sources.Found found, Installation before, Change change) {
    String title = found.name() + " " + found.version();
    String done;
    if (change.isEmpty()) {
      done = title + " is there already";
    } else if (before != null && !before.version().equals(found.version())) {
      done =
          "%s is updated from %s to %s".formatted(found.name(), before.version(), found.version());
    } else {
      done = title + (change.updates().isEmpty() ? " is installed" : " is updated");
    }
    List<String> waiting = new ArrayList<>();
    change.each((bundle, jar) -> activation.waiting(bundle).ifPresent(waiting::add));
    return done + (waiting.isEmpty() ? "." : "; " + String.join("; ", waiting) + ".");
  }

  private Change prepare(
      List<BundleJar> jars, boolean feature, String file, Consumer<String> progress) {
    Change change = new Change(context, activation, starter, progress);
    try {
      for (BundleJar jar : jars) {
        Bundle old = present.find(jar.symbolicName()).orElse(null);
        boolean keep =
            old != null
                && (feature && old.getVersion().compareTo(jar.version()) >= 0
                    || present.digest(old).equals(jar.digest()));
        if (!keep) {
          if (old != null) {
            ownership.requireReplaceable(old, jar, file);
          }
          change.add(jar, old);
        }
      }
      return change;
    } catch (RuntimeException e) {
      change.undo(present::content);
      throw e;
    }
  }

  @Override
  public Outcome update(String name, String source, Consumer<String> progress) {
    changing.lock();
    try {
      String from = source == null ? "" : source;
      if (from.isBlank()) {
        Installation item =
            installations
                .find(name)
                .orElseThrow(
                    () ->
                        new Refused(
                            "%s was not installed from here, so where it came from is unknown; name the source of the new version."
                                .formatted(name)));
        if (!item.file().isEmpty()) {
          throw new Refused(
              "%s comes from deploy/%s; replace that file instead.".formatted(name, item.file()));
        }
        from = item.source();
      }
      progress.accept("Reading " + from + ".");
      Sources.Found found = sources.open(from);
      if (!found.name().equals(name)) {
        throw new Refused(
            "%s holds %s and not %s; name the right source, or install it."
                .formatted(from, found.name(), name));
      }
      return install(found, "", progress);
    } finally {
      changing.unlock();
    }
  }

  @Override
  public Outcome uninstall(String name, Consumer<String> progress) {
    changing.lock();
    try {
      return removal.uninstall(name, progress);
    } finally {
      installations.discardOtherJars();
      changing.unlock();
    }
  }

  @Override
  public String refusal(String name) {
    return removal.refusal(name);
  }

  /** Removes what came from files of the deploy folder that are gone. */
  void removeDeployed(List<String> files) {
    files.forEach(installations::succeed);
    removeDeployed(item -> !item.file().isEmpty() && files.contains(item.file()));
  }

  private void removeDeployed(Predicate<Installation> which) {
    changing.lock();
    try {
      List<Installation> going = installations.all().stream().filter(which).toList();
      removal.remove(going);
      going.forEach(
          item ->
              LOG.log(
                  Level.INFO, item.name() + " is removed, because deploy/" + item.file() + " is."));
    } finally {
      installations.discardOtherJars();
      changing.unlock();
    }
  }

  /** Removes what {@code file} of the deploy folder held before it held {@code name}. */
  void retire(String file, String name) {
    List<String> others =
        installations.all().stream()
            .filter(item -> item.file().equals(file) && !item.name().equals(name))
            .map(Installation::name)
            .toList();
    if (!others.isEmpty()) {
      removeDeployed(item -> others.contains(item.name()));
    }
  }

  /** Lets what came from one file of the deploy folder come from another. */
  void moveDeployed(String from, String to) {
    changing.lock();
    try {
      installations.move(from, to);
    } finally {
      changing.unlock();
    }
  }

  /** The file of the deploy folder that {@code name} came from; empty if it did not. */
  Optional<String> deployedFrom(String name) {
    return installations.find(name).map(Installation::file).filter(file -> !file.isEmpty());
  }

  /** Keeps in mind that a file of the deploy folder could not be used; null that it could. */
  void deployFailed(String file, String reason) {
    Optional<Installed> before = installations.succeed(file);
    if (reason != null) {
      installations.fail(file, "", "deploy/" + file, reason);
      if (!before.map(Installed::reason).equals(Optional.of(reason))) {
        LOG.log(Level.WARNING, reason);
      }
    }
  }

  @Override
  public List<Installed> installed() {
    return report.states(installations);
  }

  @Override
  public List<Feature> features() {
    return distribution.features(installations.byName());
  }
}

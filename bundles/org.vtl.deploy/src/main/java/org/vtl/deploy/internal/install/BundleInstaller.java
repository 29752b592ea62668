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
import java.util.concurrent.ConcurrentSkipListMap;
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
  private final InstalledList list;
  private final Activation activation;
  private final Starter starter;
  private final FeatureConfigurations configurations;
  private final ServiceRegistration<CollisionHook> beside;
  private final PresentBundles present;
  private final DistributionFeatures distribution;
  private final InstalledReport report;
  private final ReentrantLock changing = new ReentrantLock(true);

  /** By name. Changed only under {@link #changing}, as all below; read at any time. */
  private final Map<String, Installation> installations = new ConcurrentSkipListMap<>();

  /** What failed, by the file or the name that it was asked under. */
  private final Map<String, Installed> failures = new ConcurrentSkipListMap<>();

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
    this.list = new InstalledList(store);
    this.activation = new Activation(context, components);
    this.starter = new Starter(activation, startLimit);
    this.present = new PresentBundles(context, home, store);
    this.distribution = new DistributionFeatures(home, sources);
    this.report = new InstalledReport(context, activation, present);
    this.configurations = new FeatureConfigurations(configurations);
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
      List<Installation> open = new ArrayList<>(list.read());
      list.discardOthers(open);
      open.forEach(item -> installations.put(item.name(), item));
      // One may need another that stands behind it: as long as something moves, try the rest.
      boolean moved = true;
      while (moved && !open.isEmpty()) {
        moved = open.removeIf(this::restored);
      }
      for (Installation item : open) {
        LOG.log(Level.WARNING, failures.get(item.name()).reason());
      }
    } catch (Refused e) {
      failures.put(
          "installed.json", new Installed("installed.json", "", "", "FAILED", e.getMessage()));
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
      failures.remove(item.name());
      return true;
    } catch (Refused e) {
      failures.put(item.name(), failed(item.name(), item.version(), item.source(), e.getMessage()));
      return false;
    }
  }

  private static Installed failed(String name, String version, String source, String reason) {
    return new Installed(name, version, source, "FAILED", reason);
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
        requireFree(found, "");
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
      list.discardOthers(installations.values());
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
      requireFree(found, file);
      Installation before = installations.get(found.name());
      Change change = prepare(found.jars(), found.feature().isPresent(), file, progress);
      Map<String, String> given = new LinkedHashMap<>();
      try {
        change.commit(() -> configurations.give(found.feature(), given), present::content);
      } catch (RuntimeException e) {
        configurations.takeBack(given);
        throw e;
      }
      present.account(change);
      List<String> titles = new ArrayList<>();
      List<Installation.Content> contents = new ArrayList<>();
      for (BundleJar jar : found.jars()) {
        Bundle bundle = present.find(jar.symbolicName()).orElseThrow();
        titles.add(Resolution.title(bundle));
        contents.add(
            new Installation.Content(
                bundle.getSymbolicName(),
                bundle.getVersion().toString(),
                present.ownDigest(bundle)));
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
      installations.put(item.name(), item);
      distribution.installed(item.name());
      failures.remove(item.name());
      if (before != null) {
        removeUnused(before);
      }
      save();
      return outcome(message(found, before, change), titles, start);
    } finally {
      list.discardOthers(installations.values());
      changing.unlock();
    }
  }

  private static Outcome outcome(String message, List<String> bundles, long start) {
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

  /** Refuses what is there already under another owner. */
  private void requireFree(Sources.Found found, String file) {
    Installation before = installations.get(found.name());
    if (before == null || before.file().equals(file)) {
      return;
    }
    if (file.isEmpty()) {
      throw new Refused(
          "%s comes from deploy/%s; replace or remove that file instead."
              .formatted(found.name(), before.file()));
    }
    if (!before.file().isEmpty()) {
      throw new Refused(
          "deploy/%s has the same name, %s, as deploy/%s, which stays; remove one of the two files."
              .formatted(file, found.name(), before.file()));
    }
    throw new Refused(
        "deploy/%s has the name %s, which was installed from %s and stays; uninstall that first, or remove the file."
            .formatted(file, found.name(), before.source()));
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
            requireReplaceable(old, jar, file);
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

  private void requireReplaceable(Bundle old, BundleJar jar, String file) {
    String where = file.isEmpty() ? jar.title() : "deploy/" + file;
    if (PresentBundles.isOwn(old)) {
      Optional<Installation> owner =
          installations.values().stream()
              .filter(item -> item.uses(jar.symbolicName()) && !item.file().equals(file))
              .findFirst();
      if (!file.isEmpty() && owner.isPresent()) {
        throw new Refused(
            "%s has the symbolic name %s, which belongs to %s and stays; remove one of the two."
                .formatted(where, jar.symbolicName(), owner.get().name()));
      }
    } else if (!present.isDistribution(old)) {
      throw new Refused(
          "%s is here already, installed by someone else from %s; uninstall that first."
              .formatted(Resolution.title(old), old.getLocation()));
    } else if (!file.isEmpty()) {
      throw new Refused(
          "%s has the symbolic name of %s, which belongs to VTL itself and stays; rename the bundle, or install it by command if it is a newer version of a service."
              .formatted(where, Resolution.title(old)));
    } else if (!PresentBundles.isService(old)) {
      throw new Refused(
          "%s belongs to VTL itself and cannot be replaced while it runs; use a VTL of another version."
              .formatted(Resolution.title(old)));
    }
  }

  private void save() {
    list.write(installations.values().stream().filter(item -> item.file().isEmpty()).toList());
  }

  @Override
  public Outcome update(String name, String source, Consumer<String> progress) {
    changing.lock();
    try {
      String from = source == null ? "" : source;
      if (from.isBlank()) {
        Installation item = installations.get(name);
        if (item == null) {
          throw new Refused(
              "%s was not installed from here, so where it came from is unknown; name the source of the new version."
                  .formatted(name));
        }
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
      long start = System.nanoTime();
      Installation item = installations.get(name);
      if (item == null) {
        return uninstallOther(name, progress, start);
      }
      if (!item.file().isEmpty()) {
        throw new Refused(
            "%s comes from deploy/%s; remove that file instead.".formatted(name, item.file()));
      }
      List<Bundle> unused = unused(item, List.of(item));
      requireUnused(unused);
      progress.accept("Removing " + name + ".");
      installations.remove(name);
      failures.remove(name);
      Change.remove(context, unused);
      List<String> kept = configurations.takeBack(item.configurations());
      save();
      return outcome(
          "%s %s is removed%s."
              .formatted(
                  name,
                  item.version(),
                  kept.isEmpty()
                      ? ""
                      : "; configurations that were changed stay: " + String.join(", ", kept)),
          item.bundles().stream().map(b -> b.symbolicName() + " " + b.version()).toList(),
          start);
    } finally {
      list.discardOthers(installations.values());
      changing.unlock();
    }
  }

  /** What came with the distribution, or by other ways. */
  private Outcome uninstallOther(String name, Consumer<String> progress, long start) {
    List<Bundle> bundles = new ArrayList<>();
    if (distribution.isRunning(name)) {
      for (BundleJar jar : sources.open(name).jars()) {
        present
            .find(jar.symbolicName())
            .filter(bundle -> !distribution.isNeeded(bundle, name))
            .filter(
                bundle ->
                    installations.values().stream()
                        .noneMatch(item -> item.uses(bundle.getSymbolicName())))
            .ifPresent(bundles::add);
      }
    } else {
      bundles.add(
          (name.matches("[0-9]{1,9}")
                  ? Optional.ofNullable(context.getBundle(Long.parseLong(name)))
                  : present.find(name))
              .orElseThrow(
                  () ->
                      new Refused(
                          ("Neither a bundle nor a feature called %s is installed;"
                                  + " vtl:installed and vtl:features list them.")
                              .formatted(name))));
    }
    boolean again = false;
    for (Bundle bundle : bundles) {
      Optional<Installation> owner =
          installations.values().stream().filter(i -> i.uses(bundle.getSymbolicName())).findFirst();
      if (owner.isPresent()) {
        if (owner.get().name().equals(bundle.getSymbolicName())) {
          return uninstall(owner.get().name(), progress);
        }
        throw new Refused(
            "%s belongs to %s; uninstall that."
                .formatted(bundle.getSymbolicName(), owner.get().name()));
      }
      again |= present.isDistribution(bundle);
      if (present.isDistribution(bundle) && !PresentBundles.isService(bundle)) {
        throw new Refused(
            "%s belongs to VTL itself; VTL cannot run on without it."
                .formatted(Resolution.title(bundle)));
      }
    }
    requireUnused(bundles);
    progress.accept("Removing " + name + ".");
    List<String> titles = bundles.stream().map(Resolution::title).toList();
    Change.remove(context, bundles);
    distribution.removed(name);
    return outcome(
        name
            + (again
                ? " is removed until the next start; take its feature out of etc/vtl.properties to"
                    + " keep it so."
                : " is removed."),
        titles,
        start);
  }

  private void requireUnused(List<Bundle> bundles) {
    List<Bundle> users = Change.dependents(context, bundles);
    if (!users.isEmpty()) {
      throw new Refused(
          "%s is used by %s; remove that first."
              .formatted(Change.titles(bundles), Change.titles(users)));
    }
  }

  /** Bundles that only {@code going} need. */
  private List<Bundle> unused(Installation item, List<Installation> going) {
    return item.bundles().stream()
        .filter(
            bundle ->
                installations.values().stream()
                    .noneMatch(
                        other -> !going.contains(other) && other.uses(bundle.symbolicName())))
        .flatMap(bundle -> present.find(bundle.symbolicName()).stream())
        .filter(PresentBundles::isOwn)
        .toList();
  }

  /** Removes what an earlier version had and no one has now. */
  private void removeUnused(Installation before) {
    List<Bundle> unused = new ArrayList<>(unused(before, List.of()));
    unused.removeIf(bundle -> !Change.dependents(context, List.of(bundle)).isEmpty());
    Change.remove(context, unused);
  }

  /** Removes what came from files of the deploy folder that are gone. */
  void removeDeployed(List<String> files) {
    files.forEach(failures::remove);
    removeDeployed(item -> !item.file().isEmpty() && files.contains(item.file()));
  }

  private void removeDeployed(Predicate<Installation> which) {
    changing.lock();
    try {
      List<Installation> going = installations.values().stream().filter(which).toList();
      List<Bundle> unused =
          going.stream().flatMap(item -> unused(item, going).stream()).distinct().toList();
      going.forEach(item -> installations.remove(item.name()));
      Change.remove(context, unused);
      going.forEach(item -> configurations.takeBack(item.configurations()));
      going.forEach(
          item ->
              LOG.log(
                  Level.INFO, item.name() + " is removed, because deploy/" + item.file() + " is."));
    } finally {
      list.discardOthers(installations.values());
      changing.unlock();
    }
  }

  /** Removes what {@code file} of the deploy folder held before it held {@code name}. */
  void retire(String file, String name) {
    List<String> others =
        installations.values().stream()
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
      installations.replaceAll(
          (name, item) ->
              item.file().equals(from)
                  ? new Installation(
                      name,
                      item.feature(),
                      item.version(),
                      item.source(),
                      to,
                      item.bundles(),
                      item.configurations())
                  : item);
    } finally {
      changing.unlock();
    }
  }

  /** The file of the deploy folder that {@code name} came from; empty if it did not. */
  Optional<String> deployedFrom(String name) {
    return Optional.ofNullable(installations.get(name))
        .map(Installation::file)
        .filter(file -> !file.isEmpty());
  }

  /** Keeps in mind that a file of the deploy folder could not be used; null that it could. */
  void deployFailed(String file, String reason) {
    Installed before = failures.remove(file);
    if (reason != null) {
      failures.put(file, failed(file, "", "deploy/" + file, reason));
      if (before == null || !before.reason().equals(reason)) {
        LOG.log(Level.WARNING, reason);
      }
    }
  }

  @Override
  public List<Installed> installed() {
    List<Installed> installed = new ArrayList<>();
    for (Installation item : installations.values()) {
      if (!failures.containsKey(item.name())) {
        installed.add(report.state(item));
      }
    }
    installed.addAll(failures.values());
    return List.copyOf(installed);
  }

  @Override
  public List<Feature> features() {
    return distribution.features(installations);
  }
}

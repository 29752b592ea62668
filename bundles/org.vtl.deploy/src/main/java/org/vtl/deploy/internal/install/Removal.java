package org.vtl.deploy.internal.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.vtl.runtime.Installer;

/**
 * Removes what was installed, and of its bundles and configurations those that nothing else needs.
 * Called by who makes the change; one at a time.
 */
final class Removal {
  private final BundleContext context;
  private final Sources sources;
  private final Installations installations;
  private final Ownership ownership;
  private final PresentBundles present;
  private final DistributionFeatures distribution;
  private final FeatureConfigurations configurations;

  Removal(
      BundleContext context,
      Sources sources,
      Installations installations,
      Ownership ownership,
      PresentBundles present,
      DistributionFeatures distribution,
      FeatureConfigurations configurations) {
    this.context = context;
    this.sources = sources;
    this.installations = installations;
    this.ownership = ownership;
    this.present = present;
    this.distribution = distribution;
    this.configurations = configurations;
  }

  /**
   * Removes what the user names.
   *
   * @param name an installation, a feature that was started with VTL, or a bundle by its symbolic
   *     name or number
   * @throws Refused if there is none, or it stays
   */
  Installer.Outcome uninstall(String name, Consumer<String> progress) {
    Optional<Installation> item = installation(name);
    return item.isPresent() ? uninstall(item.get(), progress) : uninstallOther(name, progress);
  }

  /** Why {@link #uninstall} would refuse {@code name}, in one sentence; empty when it would not. */
  String refusal(String name) {
    try {
      Optional<Installation> item = installation(name);
      if (item.isPresent()) {
        requireRemovable(item.get());
      } else {
        requireRemovable(name);
      }
      return "";
    } catch (Refused e) {
      return e.getMessage();
    }
  }

  private Installer.Outcome uninstall(Installation item, Consumer<String> progress) {
    long start = System.nanoTime();
    String name = item.name();
    List<Bundle> unused = requireRemovable(item);
    progress.accept("Removing " + name + ".");
    installations.remove(name);
    installations.succeed(name);
    Change.remove(context, unused);
    List<String> kept = configurations.takeBack(item.configurations());
    installations.save();
    return BundleInstaller.outcome(
        "%s %s is removed%s."
            .formatted(
                name,
                item.version(),
                kept.isEmpty()
                    ? ""
                    : "; configurations that were changed stay: " + String.join(", ", kept)),
        item.bundles().stream().map(Installation.Content::title).toList(),
        start);
  }

  /** What came with the distribution, or by other ways. */
  private Installer.Outcome uninstallOther(String name, Consumer<String> progress) {
    long start = System.nanoTime();
    List<Bundle> bundles = requireRemovable(name);
    boolean again = bundles.stream().anyMatch(present::isDistribution);
    progress.accept("Removing " + name + ".");
    List<String> titles = bundles.stream().map(Resolution::title).toList();
    Change.remove(context, bundles);
    distribution.removed(name);
    return BundleInstaller.outcome(
        name
            + (again
                ? " is removed until the next start; take its feature out of etc/vtl.properties to"
                    + " keep it so."
                : " is removed."),
        titles,
        start);
  }

  /** The bundles that go with {@code item}. */
  private List<Bundle> requireRemovable(Installation item) {
    if (!item.file().isEmpty()) {
      throw new Refused(
          "%s comes from deploy/%s; remove that file instead.".formatted(item.name(), item.file()));
    }
    List<Bundle> unused = ownership.neededOnlyBy(List.of(item));
    ownership.requireUnused(unused);
    return unused;
  }

  /** The bundles of what is no installation. */
  private List<Bundle> requireRemovable(String name) {
    List<Bundle> bundles = named(name);
    bundles.forEach(ownership::requireRemovable);
    ownership.requireUnused(bundles);
    return bundles;
  }

  /** What was installed by that name, or is the one bundle of that name or number. */
  private Optional<Installation> installation(String name) {
    return installations
        .find(name)
        .or(
            () ->
                named(name).stream()
                    .filter(ownership::isInstallationOfItsOwn)
                    .findFirst()
                    .flatMap(bundle -> installations.find(bundle.getSymbolicName())));
  }

  /** The bundles of a feature that was started with VTL, or the one bundle of that name. */
  private List<Bundle> named(String name) {
    List<Bundle> bundles = new ArrayList<>();
    if (distribution.isRunning(name)) {
      for (BundleJar jar : sources.open(name).jars()) {
        present
            .find(jar.symbolicName())
            .filter(bundle -> !distribution.isNeeded(bundle, name))
            .filter(bundle -> installations.owner(bundle.getSymbolicName()).isEmpty())
            .ifPresent(bundles::add);
      }
      return bundles;
    }
    return List.of(
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

  /** Removes what came from the deploy folder, whose files are gone; what uses it stops. */
  void remove(List<Installation> going) {
    List<Bundle> unused = ownership.neededOnlyBy(going);
    going.forEach(item -> installations.remove(item.name()));
    Change.remove(context, unused);
    going.forEach(item -> configurations.takeBack(item.configurations()));
  }

  /** Removes what an earlier version had and no one has now, but for what others use. */
  void removeDropped(Installation before) {
    List<Bundle> unused = new ArrayList<>(ownership.droppedBy(before));
    unused.removeIf(bundle -> !Change.dependents(context, List.of(bundle)).isEmpty());
    Change.remove(context, unused);
  }
}

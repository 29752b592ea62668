package org.vtl.deploy.internal.install;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;

/**
 * Whose each bundle is, and so who may replace and remove it: what came from the deploy folder goes
 * by its file, what came by command goes by command, and what came with VTL stays unless it is a
 * service. From any thread; to hold until a change is made, called by who makes it.
 */
final class Ownership {
  private final BundleContext context;
  private final Installations installations;
  private final PresentBundles present;

  Ownership(BundleContext context, Installations installations, PresentBundles present) {
    this.context = context;
    this.installations = installations;
    this.present = present;
  }

  /**
   * Refuses what is there already under another owner.
   *
   * @param file the file of the deploy folder that it comes from; empty if it comes otherwise
   * @throws Refused if the name is another's
   */
  void requireFree(Sources.Found found, String file) {
    Installation before = installations.find(found.name()).orElse(null);
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

  /**
   * Refuses to replace a bundle that is another's, or that VTL cannot run without.
   *
   * @param file the file of the deploy folder that {@code jar} comes from; empty if it comes
   *     otherwise
   * @throws Refused if {@code old} stays
   */
  void requireReplaceable(Bundle old, BundleJar jar, String file) {
    String where = file.isEmpty() ? jar.title() : "deploy/" + file;
    if (PresentBundles.isOwn(old)) {
      Optional<Installation> owner =
          installations.all().stream()
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

  /** Whether the bundle was installed alone, so that it goes by its own name. */
  boolean isInstallationOfItsOwn(Bundle bundle) {
    return installations
        .owner(bundle.getSymbolicName())
        .filter(owner -> owner.name().equals(bundle.getSymbolicName()))
        .isPresent();
  }

  /**
   * Refuses to remove a bundle that belongs to something else, or that VTL cannot run without.
   *
   * @throws Refused if it stays
   */
  void requireRemovable(Bundle bundle) {
    Optional<Installation> owner = installations.owner(bundle.getSymbolicName());
    if (owner.isPresent()) {
      throw new Refused(
          "%s belongs to %s; uninstall that."
              .formatted(bundle.getSymbolicName(), owner.get().name()));
    }
    if (present.isDistribution(bundle) && !PresentBundles.isService(bundle)) {
      throw new Refused(
          "%s belongs to VTL itself and stays while it runs; take its feature out of etc/vtl.properties to start without it."
              .formatted(Resolution.title(bundle)));
    }
  }

  /**
   * Refuses to remove bundles that others use.
   *
   * @throws Refused if one does
   */
  void requireUnused(List<Bundle> bundles) {
    List<Bundle> users = Change.dependents(context, bundles);
    if (!users.isEmpty()) {
      throw new Refused(
          "%s is used by %s; remove that first."
              .formatted(Change.titles(bundles), Change.titles(users)));
    }
  }

  /** The bundles installed from here that nothing but {@code going} needs, each once. */
  List<Bundle> neededOnlyBy(Collection<Installation> going) {
    return going.stream().flatMap(item -> unneeded(item, going).stream()).distinct().toList();
  }

  /**
   * The bundles installed from here that an earlier version had and no installation has now.
   *
   * @param before no longer among the installations
   */
  List<Bundle> droppedBy(Installation before) {
    return unneeded(before, List.of());
  }

  private List<Bundle> unneeded(Installation item, Collection<Installation> going) {
    return item.bundles().stream()
        .filter(
            bundle ->
                installations.all().stream()
                    .noneMatch(
                        other -> !going.contains(other) && other.uses(bundle.symbolicName())))
        .flatMap(bundle -> present.find(bundle.symbolicName()).stream())
        .filter(PresentBundles::isOwn)
        .toList();
  }
}

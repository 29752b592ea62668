package org.vtl.deploy.internal.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.vtl.deploy.internal.Home;
import org.vtl.runtime.Installer;

/** The features in {@code features/}: which there are, and which the launcher started. */
final class DistributionFeatures {
  private final Home home;
  private final Sources sources;

  /** Those that were started with VTL and are not there any more. */
  private final Set<String> removed = ConcurrentHashMap.newKeySet();

  DistributionFeatures(Home home, Sources sources) {
    this.home = home;
    this.sources = sources;
  }

  /** Whether the launcher started it, and it is there still. */
  boolean isRunning(String feature) {
    return home.startFeatures().contains(feature) && !removed.contains(feature);
  }

  void removed(String feature) {
    removed.add(feature);
  }

  void installed(String feature) {
    removed.remove(feature);
  }

  /** Whether a feature that runs has the bundle, besides {@code exceptFeature}. */
  boolean isNeeded(Bundle bundle, String exceptFeature) {
    return home.startFeatures().stream()
        .filter(feature -> isRunning(feature) && !feature.equals(exceptFeature))
        .flatMap(feature -> read(feature).bundles().stream())
        .flatMap(coordinates -> coordinates.in(home.system()).stream())
        .anyMatch(jar -> jar.toUri().toString().equals(bundle.getLocation()));
  }

  private FeatureFile read(String name) {
    return FeatureFile.read(home.features().resolve(name + ".json"), "features/" + name + ".json");
  }

  /**
   * All features.
   *
   * @param installations what was installed, by name
   */
  List<Installer.Feature> features(Map<String, Installation> installations) {
    List<Installer.Feature> features = new ArrayList<>();
    List<String> names = sources.features();
    for (String name : names) {
      boolean installed =
          isRunning(name) || installations.containsKey(name) && installations.get(name).feature();
      try {
        FeatureFile file = read(name);
        features.add(
            new Installer.Feature(
                name,
                file.description(),
                installed,
                file.bundles().stream().map(Coordinates::toString).toList()));
      } catch (Refused e) {
        features.add(new Installer.Feature(name, e.getMessage(), installed, List.of()));
      }
    }
    installations.values().stream()
        .filter(item -> item.feature() && !names.contains(item.name()))
        .map(
            item ->
                new Installer.Feature(
                    item.name(),
                    "Installed from " + item.source() + ".",
                    true,
                    item.bundles().stream()
                        .map(bundle -> bundle.symbolicName() + ":" + bundle.version())
                        .toList()))
        .forEach(features::add);
    return List.copyOf(features);
  }
}

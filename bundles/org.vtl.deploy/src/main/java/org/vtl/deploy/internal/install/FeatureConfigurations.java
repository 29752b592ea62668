package org.vtl.deploy.internal.install;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.vtl.deploy.internal.configuration.ConfigurationValues;
import org.vtl.runtime.Configurations;

/** The configurations that features bring: defaults where there are none, gone with the feature. */
final class FeatureConfigurations {
  private final Configurations configurations;

  FeatureConfigurations(Configurations configurations) {
    this.configurations = configurations;
  }

  /**
   * Gives each configuration that has no file what the feature says.
   *
   * @param given receives what was given, as text by identity
   * @throws Refused if one of them is wrong
   */
  void give(Optional<FeatureFile> feature, Map<String, String> given) {
    feature
        .map(FeatureFile::configurations)
        .orElse(Map.of())
        .forEach(
            (pid, values) -> {
              if (find(pid).isEmpty()) {
                try {
                  Configurations.Entry entry = configurations.set(pid, values);
                  given.put(pid, ConfigurationValues.fingerprint(entry.values()));
                } catch (IllegalArgumentException e) {
                  throw new Refused(
                      "Feature %s has a wrong configuration: %s"
                          .formatted(feature.orElseThrow().name(), e.getMessage()));
                }
              }
            });
  }

  /** Removes what was given and was not changed since; returns what was. */
  List<String> takeBack(Map<String, String> given) {
    List<String> changed = new ArrayList<>();
    given.forEach(
        (pid, fingerprint) ->
            find(pid)
                .ifPresent(
                    entry -> {
                      if (ConfigurationValues.fingerprint(entry.values()).equals(fingerprint)) {
                        configurations.delete(pid);
                      } else {
                        changed.add(pid);
                      }
                    }));
    return changed;
  }

  private Optional<Configurations.Entry> find(String pid) {
    return configurations.list().stream()
        .filter(entry -> entry.pid().equals(pid) && !entry.file().isEmpty())
        .findFirst();
  }
}

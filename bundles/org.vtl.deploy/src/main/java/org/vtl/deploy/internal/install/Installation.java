package org.vtl.deploy.internal.install;

import java.util.List;
import java.util.Map;

/**
 * Something that was installed.
 *
 * @param name symbolic name or name of the feature
 * @param feature whether it is a feature
 * @param version its version
 * @param source where it came from
 * @param file its file in the deploy folder; empty if it came otherwise
 * @param bundles its bundles
 * @param configurations what it gave to configurations that were not there, as text by identity
 */
record Installation(
    String name,
    boolean feature,
    String version,
    String source,
    String file,
    List<Content> bundles,
    Map<String, String> configurations) {
  /**
   * A bundle of it.
   *
   * @param symbolicName its symbolic name
   * @param version its version
   * @param digest its content; empty for one that the distribution brought
   */
  record Content(String symbolicName, String version, String digest) {
    /** As it is shown: symbolic name and version. */
    String title() {
      return symbolicName + " " + version;
    }
  }

  boolean uses(String symbolicName) {
    return bundles.stream().anyMatch(bundle -> bundle.symbolicName().equals(symbolicName));
  }
}

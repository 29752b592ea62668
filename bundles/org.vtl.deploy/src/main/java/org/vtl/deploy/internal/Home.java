package org.vtl.deploy.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.osgi.framework.BundleContext;

/**
 * The folders of this VTL, from the framework properties that the launcher sets.
 *
 * @param etc configurations
 * @param data what this instance writes
 * @param deploy jars and features to install by copying them there
 * @param features feature files of the distribution
 * @param system bundles of the distribution, laid out as a Maven repository
 * @param startFeatures names of the features that the launcher installed
 */
public record Home(
    Path etc, Path data, Path deploy, Path features, Path system, List<String> startFeatures) {
  /** The folders that {@code context} names; those of the working directory if it names none. */
  public static Home of(BundleContext context) {
    Path home = Path.of(property(context, "vtl.home").orElse(".")).toAbsolutePath().normalize();
    return new Home(
        folder(context, home, "etc"),
        folder(context, home, "data"),
        folder(context, home, "deploy"),
        home.resolve("features"),
        home.resolve("system"),
        property(context, "vtl.features")
            .map(names -> List.of(names.split(",")))
            .orElse(List.of()));
  }

  private static Path folder(BundleContext context, Path home, String name) {
    return home.resolve(property(context, "vtl." + name).orElse(name));
  }

  private static Optional<String> property(BundleContext context, String name) {
    return Optional.ofNullable(context.getProperty(name)).filter(value -> !value.isBlank());
  }
}

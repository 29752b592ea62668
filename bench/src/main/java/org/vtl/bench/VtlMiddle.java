package org.vtl.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** VTL at an end of a path, with the services that a column is about. */
final class VtlMiddle implements PathMiddle {
  private final Path dist;
  private final String features;
  private final Map<String, String> files;
  private VtlProcess process;

  /**
   * VTL of {@code dist}.
   *
   * @param features beyond those that forward, separated by commas
   * @param files their configuration in {@code etc/}
   */
  VtlMiddle(Path dist, String features, Map<String, String> files) {
    this.dist = dist;
    this.features = features;
    this.files = files;
  }

  @Override
  public String missing() {
    for (String feature : features.split(",")) {
      if (!dist.resolve("features/" + feature + ".json").toFile().exists()) {
        return "the built VTL has no feature \"%s\".".formatted(feature);
      }
    }
    return "";
  }

  @Override
  public void start(Namespace place, String inner, String outer) {
    Map<String, String> all = new LinkedHashMap<>(files);
    all.put(
        "org.vtl.link~path.cfg.json",
        "{ \"vm.port\": \"packet:%s\", \"network.port\": \"packet:%s\" }\n"
            .formatted(inner, outer));
    process =
        VtlProcess.start(
            place, new VtlProcess.Recipe(dist, "core,linux,shell," + features, "", all));
    process.awaitLinks(1);
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
  }
}

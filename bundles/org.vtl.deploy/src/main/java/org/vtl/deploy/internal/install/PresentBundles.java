package org.vtl.deploy.internal.install;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.vtl.deploy.internal.Home;
import org.vtl.service.PacketService;

/** The bundles that are here: whose they are, and what is in them. From any thread. */
final class PresentBundles {
  private final BundleContext context;
  private final Home home;
  private final Path store;

  /** The content of each bundle that was installed from here, by its number. */
  private final Map<Long, String> digests = new ConcurrentHashMap<>();

  PresentBundles(BundleContext context, Home home, Path store) {
    this.context = context;
    this.home = home;
    this.store = store;
  }

  /** The content of a bundle that was installed from here; empty for others. */
  String ownDigest(Bundle bundle) {
    return digests.getOrDefault(bundle.getBundleId(), "");
  }

  /** Whether it was installed from here. */
  static boolean isOwn(Bundle bundle) {
    return bundle.getLocation().startsWith(Change.LOCATION);
  }

  /** Whether it came with this VTL. */
  boolean isDistribution(Bundle bundle) {
    return bundle.getBundleId() == 0
        || bundle.getLocation().startsWith(home.system().toUri().toString())
        || bundle.getLocation().startsWith("file:" + home.system());
  }

  /** Whether it has a service of the pipeline. */
  static boolean isService(Bundle bundle) {
    String provided = bundle.getHeaders("").get("Provide-Capability");
    return provided != null && provided.contains(PacketService.class.getName());
  }

  /** The bundle of that symbolic name; the newest if there are several. */
  Optional<Bundle> find(String symbolicName) {
    return Arrays.stream(context.getBundles())
        .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
        .max(Comparator.comparing(Bundle::getVersion).thenComparing(Bundle::getBundleId));
  }

  /** The content of a bundle as SHA-256; empty if it cannot be read. */
  String digest(Bundle bundle) {
    String known = digests.get(bundle.getBundleId());
    if (known != null) {
      return known;
    }
    try {
      return content(bundle).map(file -> BundleJar.read(file, "").digest()).orElse("");
    } catch (Refused e) {
      return "";
    }
  }

  /** Where the content of a bundle is; empty for one that came from elsewhere. */
  Optional<Path> content(Bundle bundle) {
    String digest = digests.get(bundle.getBundleId());
    if (digest != null) {
      return Optional.of(Sources.kept(store, bundle.getSymbolicName(), digest));
    }
    return bundle.getLocation().startsWith("file:")
        ? Optional.of(Path.of(URI.create(bundle.getLocation()))).filter(Files::exists)
        : Optional.empty();
  }

  /**
   * The bundles that are here with the symbolic names of {@code jars}, in their order.
   *
   * @throws java.util.NoSuchElementException if one is not here
   */
  List<Installation.Content> contents(List<BundleJar> jars) {
    return jars.stream()
        .map(jar -> find(jar.symbolicName()).orElseThrow())
        .map(
            bundle ->
                new Installation.Content(
                    bundle.getSymbolicName(), bundle.getVersion().toString(), ownDigest(bundle)))
        .toList();
  }

  /** Keeps in mind what a change has brought. */
  void account(Change change) {
    change.each((bundle, jar) -> digests.put(bundle.getBundleId(), jar.digest()));
    digests.keySet().removeIf(number -> context.getBundle(number) == null);
  }
}

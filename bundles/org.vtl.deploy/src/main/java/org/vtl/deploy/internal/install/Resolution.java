package org.vtl.deploy.internal.install;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.Version;
import org.osgi.framework.namespace.ExecutionEnvironmentNamespace;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRequirement;
import org.osgi.framework.wiring.BundleRevision;

/** Says for people why a bundle does not resolve, from what it and the others declare. */
final class Resolution {
  private static final Pattern FLOOR = Pattern.compile("\\(version>=([^)]+)\\)");
  private static final Pattern CEILING = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

  private final BundleContext context;

  Resolution(BundleContext context) {
    this.context = context;
  }

  /** Why {@code bundle} cannot be resolved, in one sentence; empty if nothing is seen to miss. */
  Optional<String> problem(Bundle bundle) {
    return problem(bundle, new HashSet<>());
  }

  private Optional<String> problem(Bundle bundle, Set<Bundle> visited) {
    BundleRevision revision = bundle.adapt(BundleRevision.class);
    if (revision == null || !visited.add(bundle) || bundle.getState() >= Bundle.RESOLVED) {
      return Optional.empty();
    }
    for (BundleRequirement requirement : revision.getDeclaredRequirements(null)) {
      if (!isMandatory(requirement)) {
        continue;
      }
      List<Bundle> providers = providers(requirement);
      if (providers.isEmpty()) {
        return Optional.of(missing(bundle, requirement));
      }
      // One of them that can be resolved is enough.
      List<Optional<String>> problems =
          providers.stream().map(provider -> problem(provider, visited)).toList();
      if (problems.stream().allMatch(Optional::isPresent)) {
        return Optional.of(
            "%s needs %s, which cannot be resolved: %s"
                .formatted(
                    title(bundle), title(providers.getFirst()), problems.getFirst().orElseThrow()));
      }
    }
    return Optional.empty();
  }

  private static boolean isMandatory(BundleRequirement requirement) {
    Map<String, String> directives = requirement.getDirectives();
    return !Constants.RESOLUTION_OPTIONAL.equals(directives.get(Constants.RESOLUTION_DIRECTIVE))
        && !"dynamic".equals(directives.get(Constants.RESOLUTION_DIRECTIVE))
        && directives.getOrDefault(Constants.EFFECTIVE_DIRECTIVE, "resolve").equals("resolve");
  }

  private List<Bundle> providers(BundleRequirement requirement) {
    return capabilities(requirement.getNamespace())
        .filter(capability -> matches(requirement, capability))
        .map(capability -> capability.getRevision().getBundle())
        .distinct()
        .toList();
  }

  private java.util.stream.Stream<BundleCapability> capabilities(String namespace) {
    return Arrays.stream(context.getBundles())
        .map(bundle -> bundle.adapt(BundleRevision.class))
        .filter(java.util.Objects::nonNull)
        .flatMap(revision -> revision.getDeclaredCapabilities(namespace).stream());
  }

  private static boolean matches(BundleRequirement requirement, BundleCapability capability) {
    String filter = requirement.getDirectives().get(Constants.FILTER_DIRECTIVE);
    try {
      return filter == null
          || FrameworkUtil.createFilter(filter).matches(capability.getAttributes());
    } catch (InvalidSyntaxException e) {
      return false;
    }
  }

  private String missing(Bundle bundle, BundleRequirement requirement) {
    String filter = requirement.getDirectives().getOrDefault(Constants.FILTER_DIRECTIVE, "");
    String namespace = requirement.getNamespace();
    String name = named(filter, namespace).orElse("");
    if (namespace.equals(ExecutionEnvironmentNamespace.EXECUTION_ENVIRONMENT_NAMESPACE)) {
      return "%s needs %s %s, and this is Java %s; start VTL with that Java, or use another version of the bundle."
          .formatted(
              title(bundle),
              name,
              found(Pattern.compile("version=([^)]+)"), filter).orElse(""),
              Runtime.version().feature());
    }
    List<BundleCapability> others =
        capabilities(namespace)
            .filter(capability -> name.equals(capability.getAttributes().get(namespace)))
            .toList();
    String wanted = range(filter);
    boolean isPackage = namespace.equals(PackageNamespace.PACKAGE_NAMESPACE);
    if (isPackage && name.startsWith("org.vtl.") && !others.isEmpty() && !wanted.isEmpty()) {
      String has = versions(others);
      return "%s needs API %s (%s%s), and this VTL has %s; use a version of it made for that, or another VTL."
          .formatted(
              title(bundle),
              found(FLOOR, filter).map(v -> Version.parseVersion(v).getMajor() + "").orElse("?"),
              name,
              wanted,
              has);
    }
    String what =
        isPackage ? "package " + name : namespace + " " + (name.isEmpty() ? filter : name);
    if (others.isEmpty()) {
      return "%s needs %s%s, which no bundle provides; install one that does."
          .formatted(title(bundle), what, wanted);
    }
    return "%s needs %s%s, and %s provides version %s; install a version that fits."
        .formatted(
            title(bundle),
            what,
            wanted,
            others.stream()
                .map(capability -> title(capability.getRevision().getBundle()))
                .distinct()
                .collect(Collectors.joining(", ")),
            versions(others));
  }

  private static String versions(List<BundleCapability> capabilities) {
    return capabilities.stream()
        .map(capability -> String.valueOf(capability.getAttributes().get("version")))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  private static Optional<String> named(String filter, String namespace) {
    return found(Pattern.compile("\\(" + Pattern.quote(namespace) + "=([^)]+)\\)"), filter);
  }

  private static Optional<String> found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String range(String filter) {
    Optional<String> ceiling = found(CEILING, filter);
    Optional<String> floor =
        found(FLOOR, ceiling.isEmpty() ? filter : filter.replaceAll(CEILING.pattern(), ""));
    return floor.map(version -> " from " + version).orElse("")
        + ceiling.map(version -> " below " + version).orElse("");
  }

  static String title(Bundle bundle) {
    return bundle.getSymbolicName() + " " + bundle.getVersion();
  }
}

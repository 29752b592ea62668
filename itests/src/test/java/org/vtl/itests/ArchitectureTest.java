package org.vtl.itests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Who may import whom, read from the manifests:
 *
 * <pre>
 * java.base &lt;- packet &lt;- api &lt;- { core, io.*, tcp, shell, deploy, lab, web, testkit }
 * services &lt;- { packet, api, tcp }
 * </pre>
 */
class ArchitectureTest {
  private static final Path ROOT = Path.of(System.getProperty("vtl.root"));
  private static final Set<String> PACKET = Set.of("org.vtl.packet", "org.vtl.packet.pcapng");
  private static final Set<String> API =
      Set.of(
          "org.vtl.service",
          "org.vtl.connection",
          "org.vtl.port",
          "org.vtl.metrics",
          "org.vtl.runtime",
          "org.vtl.management",
          "org.vtl.text");
  private static final Set<String> TCP =
      Set.of("org.vtl.tcp", "org.vtl.tcp.command", "org.vtl.tcp.policy");
  private static final Set<String> TESTKIT = Set.of("org.vtl.testkit");
  private static final Set<String> TCP_TESTKIT = Set.of("org.vtl.tcp.testkit");
  private static final Set<String> NOTHING = Set.of();

  /**
   * A row of the table.
   *
   * @param bundle a symbolic name; with {@code *} at its end, all that begin so
   * @param imports packages of ours that it may import
   * @param exports packages that it exports
   */
  private record Rule(String bundle, Set<String> imports, Set<String> exports) {
    boolean appliesTo(String name) {
      return bundle.endsWith("*")
          ? name.startsWith(bundle.substring(0, bundle.length() - 1))
          : name.equals(bundle);
    }
  }

  private static final List<Rule> TABLE =
      List.of(
          new Rule("org.vtl.packet", NOTHING, PACKET),
          new Rule("org.vtl.api", PACKET, API),
          new Rule("org.vtl.testkit", union(PACKET, API), TESTKIT),
          new Rule("org.vtl.core", union(PACKET, API), NOTHING),
          new Rule("org.vtl.io.*", union(PACKET, API), NOTHING),
          new Rule("org.vtl.tcp", union(PACKET, API), TCP),
          new Rule("org.vtl.tcp.testkit", union(PACKET, API, TCP), TCP_TESTKIT),
          new Rule("org.vtl.shell", union(PACKET, API), NOTHING),
          new Rule("org.vtl.deploy", union(PACKET, API), NOTHING),
          new Rule("org.vtl.lab", union(PACKET, API), NOTHING),
          new Rule("org.vtl.web", union(PACKET, API), NOTHING),
          new Rule("org.vtl.metrics", union(PACKET, API), NOTHING),
          new Rule("org.vtl.ipfix", union(PACKET, API), NOTHING),
          new Rule("org.vtl.web.pages", API, NOTHING),
          new Rule("org.vtl.service.*", union(PACKET, API, TCP), NOTHING),
          new Rule("org.vtl.example.*", union(PACKET, API, TCP), NOTHING));

  @Test
  void everyBundleKeepsToItsLayer() {
    List<String> faults = new ArrayList<>();
    for (BuiltBundle bundle : BuiltBundle.all(ROOT.resolve("bundles"))) {
      TABLE.stream()
          .filter(rule -> rule.appliesTo(bundle.name()))
          .findFirst()
          .ifPresentOrElse(
              rule -> check(bundle, rule, faults),
              () -> faults.add(bundle.name() + " has no row in the table of " + getClass()));
    }
    assertTrue(faults.isEmpty(), () -> String.join("\n", faults));
  }

  @Test
  void everyFolderIsNamedByItsBundle() {
    Set<String> names = new TreeSet<>();
    BuiltBundle.all(ROOT.resolve("bundles")).forEach(bundle -> names.add(bundle.name()));
    Set<String> folders = new TreeSet<>();
    BuiltBundle.folders(ROOT.resolve("bundles"))
        .forEach(folder -> folders.add(folder.getFileName().toString()));
    assertEquals(folders, names);
  }

  private static void check(BuiltBundle bundle, Rule rule, List<String> faults) {
    for (String imported : bundle.header("Import-Package").keySet()) {
      boolean allowed =
          imported.startsWith("org.vtl.")
              ? rule.imports().contains(imported) || rule.exports().contains(imported)
              : imported.startsWith("java.") || !bundle.name().equals("org.vtl.packet");
      if (!allowed) {
        faults.add(bundle.name() + " must not import " + imported);
      }
    }
    bundle
        .header("Export-Package")
        .forEach(
            (exported, attributes) -> {
              if (!rule.exports().contains(exported)) {
                faults.add(bundle.name() + " must not export " + exported);
              }
              if (!attributes.contains("version=")) {
                faults.add(bundle.name() + " exports " + exported + " without @Version");
              }
            });
    for (String inside : bundle.header("Private-Package").keySet()) {
      // A package of another bundle in here would be a copy past the table.
      if (inside.startsWith("org.vtl.")
          && !(inside + ".").startsWith(bundle.name() + ".internal.")) {
        faults.add(
            bundle.name() + " must keep " + inside + " below " + bundle.name() + ".internal");
      }
    }
    if (bundle.manifest().getMainAttributes().getValue("Require-Bundle") != null) {
      faults.add(bundle.name() + " must import packages instead of requiring bundles");
    }
  }

  @SafeVarargs
  private static Set<String> union(Set<String>... sets) {
    Set<String> union = new TreeSet<>();
    for (Set<String> set : sets) {
      union.addAll(set);
    }
    return union;
  }
}

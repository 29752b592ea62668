package org.vtl.itests;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The exported packages as they were recorded, {@code PACKAGE-VERSION.txt} for each, and how much a
 * version has to rise when a package differs (OSGi semantic versioning).
 */
final class Baseline {
  private static final Pattern FILE = Pattern.compile("(.+)-(\\d+\\.\\d+\\.\\d+)\\.txt");

  /**
   * A package as built.
   *
   * @param name its name
   * @param version its {@code @Version}
   * @param signatures what others see of it
   */
  record ExportedPackage(String name, Version version, SortedSet<String> signatures) {}

  /** A version of three numbers. */
  record Version(int major, int minor, int micro) implements Comparable<Version> {
    static Version parse(String text) {
      String[] parts = text.split("\\.");
      return new Version(
          Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public int compareTo(Version other) {
      return Comparator.comparingInt(Version::major)
          .thenComparingInt(Version::minor)
          .thenComparingInt(Version::micro)
          .compare(this, other);
    }

    @Override
    public String toString() {
      return major + "." + minor + "." + micro;
    }
  }

  private Baseline() {}

  /** Records every exported package below {@code words[0]} in the folder {@code words[1]}. */
  public static void main(String[] words) throws IOException {
    Path folder = Files.createDirectories(Path.of(words[1]));
    for (ExportedPackage built : built(Path.of(words[0])).values()) {
      Path file = folder.resolve(built.name() + "-" + built.version() + ".txt");
      Files.write(file, built.signatures());
      System.out.println(file.getFileName() + ": " + built.signatures().size() + " lines");
    }
  }

  /** The exported packages of every bundle in {@code bundles}, by name. */
  static Map<String, ExportedPackage> built(Path bundles) throws IOException {
    Map<String, ExportedPackage> packages = new TreeMap<>();
    try (var files = Files.find(bundles, 30, (file, attributes) -> isPackageInfo(file))) {
      for (Path file : files.toList()) {
        ClassModel info = ClassFile.of().parse(file);
        if (!Signatures.annotation(info, "org.osgi.annotation.bundle.Export").isEmpty()) {
          String name = info.thisClass().asSymbol().packageName();
          Version version =
              Version.parse(Signatures.annotation(info, "org.osgi.annotation.versioning.Version"));
          packages.put(name, new ExportedPackage(name, version, Signatures.of(file.getParent())));
        }
      }
    }
    return packages;
  }

  private static boolean isPackageInfo(Path file) {
    return file.endsWith("package-info.class") && file.toString().contains("/target/classes/");
  }

  /** The names of the packages that are recorded in {@code folder}. */
  static SortedSet<String> recordedNames(Path folder) throws IOException {
    SortedSet<String> names = new TreeSet<>();
    try (var files = Files.newDirectoryStream(folder, "*.txt")) {
      for (Path file : files) {
        Matcher parts = FILE.matcher(file.getFileName().toString());
        if (parts.matches()) {
          names.add(parts.group(1));
        }
      }
    }
    return names;
  }

  /** What was recorded last of the package {@code name}; empty if nothing was. */
  static Optional<ExportedPackage> recorded(Path folder, String name) throws IOException {
    Optional<ExportedPackage> last = Optional.empty();
    try (var files = Files.newDirectoryStream(folder, name + "-*.txt")) {
      for (Path file : files) {
        Matcher parts = FILE.matcher(file.getFileName().toString());
        if (parts.matches() && parts.group(1).equals(name)) {
          Version version = Version.parse(parts.group(2));
          if (last.isEmpty() || last.get().version().compareTo(version) < 0) {
            last =
                Optional.of(
                    new ExportedPackage(name, version, new TreeSet<>(Files.readAllLines(file))));
          }
        }
      }
    }
    return last;
  }

  /**
   * Why {@code now} may not follow {@code then}, in one sentence; empty if it may.
   *
   * <p>What is gone or changed breaks callers, and a new abstract method in a type that others
   * implement breaks these: the major number has to rise. Anything else that is new breaks only
   * implementations that come with the package: the minor number has to.
   */
  static String fault(ExportedPackage then, ExportedPackage now) {
    SortedSet<String> gone = new TreeSet<>(then.signatures());
    gone.removeAll(now.signatures());
    SortedSet<String> added = new TreeSet<>(now.signatures());
    added.removeAll(then.signatures());
    if (gone.isEmpty() && added.isEmpty()) {
      return "";
    }
    Optional<String> breaking =
        gone.isEmpty()
            ? added.stream().filter(line -> breaksImplementors(then, line)).findFirst()
            : Optional.of(gone.first());
    Version required =
        breaking.isPresent()
            ? new Version(then.version().major() + 1, 0, 0)
            : new Version(then.version().major(), then.version().minor() + 1, 0);
    if (now.version().compareTo(required) >= 0) {
      return "";
    }
    return "Package %s differs from what is recorded for %s and needs @Version(\"%s\"), because %s \"%s\" (remedy: raise it in package-info.java and run ./vtl baseline; before the first release, ./vtl baseline alone)."
        .formatted(
            now.name(),
            then.version(),
            required,
            gone.isEmpty() ? "it has new" : "it lost or changed",
            breaking.orElseGet(added::first));
  }

  private static boolean breaksImplementors(ExportedPackage then, String line) {
    String prefix = line.substring(0, line.indexOf(": ") + 2);
    return line.startsWith(" abstract ", line.indexOf(": ") + ": public".length())
        && line.contains("(")
        && then.signatures().stream()
            .anyMatch(
                old -> old.startsWith(prefix) && isType(old) && !old.contains("@ProviderType"));
  }

  /** Whether a line is a type's own; a member's has no such word before its name. */
  private static boolean isType(String line) {
    return line.contains(" interface ") || line.contains(" class ");
  }
}

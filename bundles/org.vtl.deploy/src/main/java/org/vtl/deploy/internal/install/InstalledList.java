package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vtl.deploy.internal.AtomicFile;
import org.vtl.text.Json;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonObject;
import org.vtl.text.JsonReader;

/** The list of what the user installed, in a file that is replaced as a whole. */
final class InstalledList {
  private final Path store;
  private final Path file;

  /**
   * The list in {@code store}.
   *
   * @param store folder of the jars
   */
  InstalledList(Path store) {
    this.store = store;
    this.file = store.resolve("installed.json");
  }

  /**
   * Reads the list.
   *
   * @throws Refused if it cannot be read
   */
  List<Installation> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    try {
      List<Installation> read = new ArrayList<>();
      JsonObject list = JsonReader.read(Files.readString(file));
      for (Object item : list.value("installed", List.class).orElse(List.of())) {
        read.add(installation((JsonObject) item));
      }
      return read;
    } catch (IOException | JsonFault | ClassCastException e) {
      throw new Refused(
          "The list of what was installed, %s, cannot be read (%s), so nothing of it runs; repair or remove it."
              .formatted(file, e.getMessage()));
    }
  }

  private static Installation installation(JsonObject item) {
    List<Installation.Content> bundles = new ArrayList<>();
    for (Object entry : item.value("bundles", List.class).orElse(List.of())) {
      JsonObject bundle = (JsonObject) entry;
      bundles.add(
          new Installation.Content(
              text(bundle, "name"), text(bundle, "version"), text(bundle, "digest")));
    }
    Map<String, String> configurations = new LinkedHashMap<>();
    item.value("configurations", JsonObject.class)
        .ifPresent(
            all ->
                all.members()
                    .forEach(key -> configurations.put(key.key(), String.valueOf(key.value()))));
    return new Installation(
        text(item, "name"),
        item.value("feature", Boolean.class).orElse(false),
        text(item, "version"),
        text(item, "source"),
        "",
        List.copyOf(bundles),
        configurations);
  }

  private static String text(JsonObject object, String key) {
    return object.value(key, String.class).orElse("");
  }

  /** Replaces the list. */
  void write(Collection<Installation> installed) {
    StringBuilder text = new StringBuilder("{\n  \"installed\": [");
    for (Installation item : installed) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", item.name());
      entry.put("feature", item.feature());
      entry.put("version", item.version());
      entry.put("source", item.source());
      entry.put(
          "bundles",
          item.bundles().stream()
              .map(
                  bundle ->
                      Map.of(
                          "name", bundle.symbolicName(),
                          "version", bundle.version(),
                          "digest", bundle.digest()))
              .toList());
      entry.put("configurations", item.configurations());
      text.append(text.charAt(text.length() - 1) == '[' ? "\n    " : ",\n    ");
      text.append(Json.of(entry));
    }
    text.append("\n  ]\n}\n");
    try {
      Files.createDirectories(store);
      AtomicFile.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new Refused(
          "%s cannot be written (%s), so the change is lost at the next start; make room or let VTL write there."
              .formatted(file, e));
    }
  }

  /** Removes jars that nothing of {@code installed} uses. */
  void discardOthers(Collection<Installation> installed) {
    Set<Path> used =
        installed.stream()
            .flatMap(item -> item.bundles().stream())
            .filter(bundle -> !bundle.digest().isEmpty())
            .map(bundle -> Sources.kept(store, bundle.symbolicName(), bundle.digest()))
            .collect(Collectors.toSet());
    try (Stream<Path> files = Files.list(store)) {
      for (Path jar : files.filter(path -> path.toString().endsWith(".jar")).toList()) {
        if (!used.contains(jar)) {
          Files.deleteIfExists(jar);
        }
      }
    } catch (IOException e) {
      // Only room is lost, and the next change tries again.
    }
  }
}

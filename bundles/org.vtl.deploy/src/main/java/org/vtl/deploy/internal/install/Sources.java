package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.vtl.deploy.internal.Home;
import org.vtl.text.Nearest;

/**
 * Brings what is to be installed into this VTL's own folder and checks it there, so that nobody
 * changes it between the check and the installation.
 */
final class Sources {
  private static final int SILENCE_MILLIS = 10_000;
  private static final Duration DOWNLOAD_LIMIT = Duration.ofSeconds(120);

  /**
   * What a source holds.
   *
   * @param source as asked
   * @param feature empty for a single bundle
   * @param jars in order
   */
  record Found(String source, Optional<FeatureFile> feature, List<BundleJar> jars) {
    /** Name of the feature, or the bundle's symbolic name. */
    String name() {
      return feature.map(FeatureFile::name).orElseGet(() -> jars.getFirst().symbolicName());
    }

    String version() {
      return feature
          .map(FeatureFile::version)
          .orElseGet(() -> jars.getFirst().version().toString());
    }
  }

  private final Home home;
  private final Path store;

  /**
   * Sources.
   *
   * @param store folder for the jars
   */
  Sources(Home home, Path store) {
    this.home = home;
    this.store = store;
  }

  /**
   * Finds {@code source}, an {@link org.vtl.runtime.Installer#plan} source.
   *
   * @throws Refused in one sentence, if there is none or it is not usable
   */
  Found open(String source) {
    String asked = source == null ? "" : source.strip();
    Path feature = home.features().resolve(asked + ".json").normalize();
    if (asked.matches("[A-Za-z0-9_.-]+") && Files.isRegularFile(feature)) {
      return feature(asked, FeatureFile.read(feature, "features/" + asked + ".json"));
    }
    if (asked.matches("(?i)https?:.*")) {
      return download(asked);
    }
    Optional<Path> file = file(asked);
    if (file.isPresent()) {
      return open(file.get(), asked, asked);
    }
    Optional<Coordinates> coordinates = Coordinates.parse(asked);
    if (coordinates.isPresent()) {
      return new Found(asked, Optional.empty(), List.of(bundle(coordinates.get(), "system/")));
    }
    Nearest.of(asked, features())
        .ifPresent(
            near -> {
              throw new Refused(
                  "There is no feature or file \"%s\"; did you mean the feature \"%s\"?"
                      .formatted(asked, near));
            });
    throw new Refused(
        "\"%s\" is neither a file, a URL of http, https or file, a feature (%s) nor group:artifact[:version]."
            .formatted(asked, String.join(", ", features())));
  }

  /**
   * Finds what {@code file} holds.
   *
   * @param label how to name it in a sentence
   */
  Found open(Path file, String source, String label) {
    if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".json")) {
      return feature(source, FeatureFile.read(file, label));
    }
    return new Found(source, Optional.empty(), List.of(keep(file, label)));
  }

  /** Names of the features of the distribution, sorted. */
  List<String> features() {
    try (Stream<Path> files = Files.list(home.features())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .map(name -> name.substring(0, name.length() - ".json".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private Found feature(String source, FeatureFile feature) {
    List<BundleJar> jars = new ArrayList<>();
    for (Coordinates bundle : feature.bundles()) {
      jars.add(bundle(bundle, "feature " + feature.name()));
    }
    return new Found(source, Optional.of(feature), List.copyOf(jars));
  }

  private BundleJar bundle(Coordinates coordinates, String where) {
    Path jar =
        coordinates
            .in(home.system())
            .orElseThrow(
                () ->
                    new Refused(
                        "%s asked for by %s is not in system/; put its jar there, laid out as in a Maven repository."
                            .formatted(coordinates, where)));
    return keep(jar, coordinates.toString());
  }

  private static Optional<Path> file(String source) {
    try {
      Path path = source.startsWith("file:") ? Path.of(URI.create(source)) : Path.of(source);
      // What can only be a file is called none where it is none.
      boolean only = source.startsWith("file:") || path.isAbsolute();
      return Optional.of(path.toAbsolutePath()).filter(found -> only || Files.isRegularFile(found));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Copies a jar into the store, checks it, and names it by its content. */
  private BundleJar keep(Path file, String label) {
    if (!Files.isRegularFile(file)) {
      throw new Refused("%s is no file; look for its name.".formatted(label));
    }
    Path copy = null;
    try {
      if (Files.size(file) > BundleJar.MAXIMUM_BYTES) {
        BundleJar.read(file, label);
      }
      Files.createDirectories(store);
      copy = Files.createTempFile(store, ".copy", ".jar");
      Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
      BundleJar read = BundleJar.read(copy, label);
      Path kept = kept(store, read.symbolicName(), read.digest());
      Files.move(copy, kept, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new BundleJar(
          kept,
          read.symbolicName(),
          read.version(),
          read.digest(),
          read.singleton(),
          read.fragment(),
          read.services());
    } catch (IOException e) {
      throw new Refused(
          "%s cannot be copied to %s (%s); let VTL read it and write there."
              .formatted(label, store.getFileName(), e));
    } finally {
      discard(copy);
    }
  }

  /** The file of a bundle in the store. */
  static Path kept(Path store, String symbolicName, String digest) {
    return store.resolve(
        symbolicName.replaceAll("[^A-Za-z0-9_.-]", "_") + "-" + digest.substring(0, 16) + ".jar");
  }

  private Found download(String source) {
    Path file = null;
    try {
      URI uri = URI.create(source);
      Files.createDirectories(store);
      boolean json = String.valueOf(uri.getPath()).endsWith(".json");
      String name = Path.of("/" + uri.getPath()).getFileName().toString();
      file =
          json
              ? Files.createTempDirectory(store, ".download").resolve(name)
              : Files.createTempFile(store, ".download", ".jar");
      fetch(uri, file);
      return open(file, source, source);
    } catch (IOException | IllegalArgumentException e) {
      throw new Refused("%s cannot be fetched (%s); look at the address.".formatted(source, e));
    } finally {
      discard(file);
      if (file != null && !file.getParent().equals(store)) {
        discard(file.getParent());
      }
    }
  }

  private static void fetch(URI uri, Path file) throws IOException {
    URLConnection connection = uri.toURL().openConnection();
    connection.setConnectTimeout(SILENCE_MILLIS);
    connection.setReadTimeout(SILENCE_MILLIS);
    if (connection instanceof HttpURLConnection http && http.getResponseCode() != 200) {
      throw new IOException("the server answers " + http.getResponseCode());
    }
    long end = System.nanoTime() + DOWNLOAD_LIMIT.toNanos();
    long total = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = connection.getInputStream();
        OutputStream out = Files.newOutputStream(file)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > BundleJar.MAXIMUM_BYTES) {
          throw new IOException("it has more than 64 MiB");
        }
        if (System.nanoTime() > end) {
          throw new IOException("it takes longer than " + DOWNLOAD_LIMIT.toSeconds() + " s");
        }
        out.write(buffer, 0, count);
      }
    }
    long said = connection.getContentLengthLong();
    if (said >= 0 && said != total) {
      throw new IOException("it ends after " + total + " of " + said + " bytes");
    }
  }

  private static void discard(Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // What lies in the store without being named in its list is removed at the next start.
    }
  }
}

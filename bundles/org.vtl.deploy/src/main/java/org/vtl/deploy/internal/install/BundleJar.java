package org.vtl.deploy.internal.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;

/**
 * A jar that was read to its end and is a bundle.
 *
 * @param file where it is
 * @param symbolicName its symbolic name, without directives
 * @param version its version
 * @param digest its content, as 64 hexadecimal digits of SHA-256
 * @param singleton whether the framework takes only one version of it at a time
 * @param fragment whether it is a part of another bundle, and never starts
 * @param services names of the VTL services in it
 */
record BundleJar(
    Path file,
    String symbolicName,
    Version version,
    String digest,
    boolean singleton,
    boolean fragment,
    List<String> services) {
  static final long MAXIMUM_BYTES = 64 << 20;
  private static final long MAXIMUM_UNPACKED = 512 << 20;
  private static final int MAXIMUM_ENTRIES = 20_000;

  /** Above the first 8 MiB, what unpacks to more than this many times its size is a bomb. */
  private static final int MAXIMUM_RATIO = 100;

  private static final Pattern SERVICE_NAME =
      Pattern.compile("<property\\s+name=\"vtl\\.name\"[^>]*\\svalue=\"([^\"]*)\"");

  /**
   * Reads a jar to its end.
   *
   * @param label how to name it in a sentence
   * @throws Refused if it is none, is damaged, is too large, or is no bundle
   */
  static BundleJar read(Path file, String label) {
    try {
      long size = Files.size(file);
      if (size > MAXIMUM_BYTES) {
        throw new Refused(
            "%s has %d MiB, and at most %d are taken; make it smaller."
                .formatted(label, size >> 20, MAXIMUM_BYTES >> 20));
      }
      List<String> services = new ArrayList<>();
      Attributes headers;
      try (ZipFile zip = new ZipFile(file.toFile())) {
        requireSound(zip, size, label, services);
        headers = headers(zip, label);
      }
      String[] name = headers.getValue(Constants.BUNDLE_SYMBOLICNAME).split(";");
      return new BundleJar(
          file,
          name[0].strip(),
          version(headers, label),
          digest(file),
          String.join(";", name).replaceAll("[\\s\"]", "").contains("singleton:=true"),
          headers.getValue(Constants.FRAGMENT_HOST) != null,
          List.copyOf(services));
    } catch (ZipException e) {
      throw new Refused(
          "%s is not a whole jar (%s); copy it again.".formatted(label, e.getMessage()));
    } catch (IOException e) {
      throw new Refused("%s cannot be read (%s); let VTL read it.".formatted(label, e));
    }
  }

  private static void requireSound(ZipFile zip, long size, String label, List<String> services)
      throws IOException {
    if (zip.size() > MAXIMUM_ENTRIES) {
      throw new Refused(
          "%s has %d files, and at most %d are taken."
              .formatted(label, zip.size(), MAXIMUM_ENTRIES));
    }
    // What the headers say of sizes is not to be trusted: count what really comes out.
    long limit = Math.min(MAXIMUM_UNPACKED, Math.max(8 << 20, size * MAXIMUM_RATIO));
    byte[] buffer = new byte[1 << 16];
    long unpacked = 0;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      boolean component = entry.getName().matches("OSGI-INF/[^/]+\\.xml");
      StringBuilder text = new StringBuilder();
      CRC32 sum = new CRC32();
      try (InputStream in = zip.getInputStream(entry)) {
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          unpacked += count;
          sum.update(buffer, 0, count);
          if (unpacked > limit) {
            throw new Refused(
                "%s unpacks to more than %d MiB, which its %d KiB do not look like; it is refused as a zip bomb."
                    .formatted(label, limit >> 20, size >> 10));
          }
          if (component && text.length() < 1 << 16) {
            text.append(new String(buffer, 0, count, java.nio.charset.StandardCharsets.UTF_8));
          }
        }
      }
      // The library checks sums only when it reads a jar as a stream.
      if (entry.getCrc() != -1 && entry.getCrc() != sum.getValue()) {
        throw new ZipException("the checksum of " + entry.getName() + " is wrong");
      }
      Matcher matcher = SERVICE_NAME.matcher(text);
      while (matcher.find()) {
        services.add(matcher.group(1));
      }
    }
  }

  private static Attributes headers(ZipFile zip, String label) throws IOException {
    ZipEntry entry = zip.getEntry("META-INF/MANIFEST.MF");
    if (entry == null) {
      throw new Refused(
          "%s has no manifest, so it is no bundle; build it with bnd.".formatted(label));
    }
    Attributes headers;
    try (InputStream in = zip.getInputStream(entry)) {
      headers = new Manifest(in).getMainAttributes();
    }
    if (headers.getValue(Constants.BUNDLE_SYMBOLICNAME) == null) {
      throw new Refused(
          "%s has no Bundle-SymbolicName in its manifest, so it is no bundle; build it with bnd."
              .formatted(label));
    }
    return headers;
  }

  private static Version version(Attributes headers, String label) {
    try {
      return Version.parseVersion(headers.getValue(Constants.BUNDLE_VERSION));
    } catch (IllegalArgumentException e) {
      throw new Refused(
          "%s has the Bundle-Version \"%s\", which is none; write it as 1.2.3."
              .formatted(label, headers.getValue(Constants.BUNDLE_VERSION)));
    }
  }

  private static String digest(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256.", e);
    }
  }

  /** Symbolic name and version. */
  String title() {
    return symbolicName + " " + version;
  }
}

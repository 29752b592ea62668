package org.vtl.deploy.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.Deflater;

/** A bundle made in memory. */
public final class TestBundle {
  private final String name;
  private final Attributes headers;
  private final Manifest manifest = new Manifest();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  public TestBundle(String name, String version) {
    this.name = name;
    headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", name);
    headers.putValue("Bundle-Version", version);
  }

  public String name() {
    return name;
  }

  /** Sets a header, or removes it if {@code value} is null. */
  public TestBundle header(String key, String value) {
    if (value == null) {
      headers.remove(new Attributes.Name(key));
    } else {
      headers.putValue(key, value);
    }
    return this;
  }

  public TestBundle entry(String path, String text) {
    entries.put(path, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public TestBundle entry(String path, byte[] bytes) {
    entries.put(path, bytes);
    return this;
  }

  /** Puts a class of the test class path into the bundle. */
  public TestBundle type(Class<?> type) {
    String path = type.getName().replace('.', '/') + ".class";
    try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
      return entry(path, bytes.readAllBytes());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Adds a component, its XML without the root's start. */
  public TestBundle component(Class<?> type, String attributes, String body) {
    String path = "OSGI-INF/" + type.getSimpleName() + ".xml";
    String known = headers.getValue("Service-Component");
    header("Service-Component", known == null ? path : known + "," + path);
    type(type);
    return entry(
        path,
        """
        <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="%s.%s" %s>
        <implementation class="%s"/>%s</scr:component>
        """
            .formatted(name, type.getSimpleName(), attributes, type.getName(), body));
  }

  /** Adds a metatype: the attributes' XML for one PID. */
  public TestBundle metatype(String pid, boolean factory, String attributes) {
    return entry(
        "OSGI-INF/metatype/" + pid + ".xml",
        """
        <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.4.0">
        <OCD id="%s.Config" name="n">%s</OCD>
        <Designate %s="%s"><Object ocdref="%s.Config"/></Designate>
        </metatype:MetaData>
        """
            .formatted(pid, attributes, factory ? "factoryPid" : "pid", pid, pid));
  }

  public byte[] bytes() throws IOException {
    return bytes(Deflater.DEFAULT_COMPRESSION);
  }

  /** The jar, compressed as {@link Deflater} understands {@code level}. */
  public byte[] bytes(int level) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      jar.setLevel(level);
      jar.putNextEntry(entry("META-INF/MANIFEST.MF"));
      manifest.write(jar);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        jar.putNextEntry(entry(entry.getKey()));
        jar.write(entry.getValue());
      }
    }
    return bytes.toByteArray();
  }

  /** Writes the jar to {@code file}. */
  public Path write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes());
  }

  /** The same bundle is the same bytes, whenever it is made. */
  private static JarEntry entry(String name) {
    JarEntry entry = new JarEntry(name);
    entry.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
    return entry;
  }
}

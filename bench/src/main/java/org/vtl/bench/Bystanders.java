package org.vtl.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringJoiner;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.vtl.bench.bystander.Bystander;

/**
 * Writes the bundle of services that claim nothing. Every second one declares only traffic that is
 * not there; the others see each connection's first packet and leave it.
 */
final class Bystanders {
  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="org.vtl.bystander.%1$d">
        <implementation class="org.vtl.bench.bystander.Bystander"/>
        <service><provide interface="org.vtl.service.PacketService"/></service>
        <property name="vtl.name" value="bystander-%1$d"/>
        <property name="vtl.priority" type="Integer" value="%2$d"/>
        <property name="vtl.protocols">%3$s</property>
      </scr:component>
      """;
  private static final int FIRST_PRIORITY = 110;
  private static final int PRIORITY_STEP = 20;

  private Bystanders() {}

  /** Writes a bundle of {@code count} services to {@code file}. */
  static void write(Path file, int count) throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "org.vtl.bystander");
    headers.putValue("Bundle-Version", "1.0.0");
    headers.putValue(
        "Import-Package",
        "org.vtl.service;version=\"[1,2)\",org.vtl.packet;version=\"[1,2)\","
            + "org.vtl.connection;version=\"[1,2)\"");
    headers.putValue(
        "Require-Capability",
        "osgi.extender;filter:=\"(osgi.extender=osgi.component)\","
            + "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=25))\"");
    StringJoiner components = new StringJoiner(",");
    for (int i = 1; i <= count; i++) {
      components.add("OSGI-INF/bystander" + i + ".xml");
    }
    headers.putValue("Service-Component", components.toString());
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (int i = 1; i <= count; i++) {
        jar.putNextEntry(new JarEntry("OSGI-INF/bystander" + i + ".xml"));
        String traffic = i % 2 == 0 ? "TCP\nUDP" : "OTHER_IP";
        jar.write(
            COMPONENT
                .formatted(i, FIRST_PRIORITY + i * PRIORITY_STEP, traffic)
                .getBytes(StandardCharsets.UTF_8));
      }
      String type = Bystander.class.getName().replace('.', '/') + ".class";
      jar.putNextEntry(new JarEntry(type));
      try (InputStream content = Bystander.class.getClassLoader().getResourceAsStream(type)) {
        content.transferTo(jar);
      }
    }
  }
}

package org.vtl.itests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.vtl.itests.probe.LeaveProbe;
import org.vtl.itests.probe.SwapProbe;

/** Writes bundles with a probe in them, as a third party's build would make them. */
final class ProbeBundle {
  private static final String COMPONENT =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="org.vtl.probe.%1$s"
          activate="activate" deactivate="deactivate">
        <implementation class="org.vtl.itests.probe.SwapProbe"/>
        <service><provide interface="org.vtl.service.PacketService"/>
          <provide interface="org.vtl.itests.probe.SwapProbe"/></service>
        <property name="vtl.name" value="probe-%1$s"/>
        <property name="vtl.priority" type="Integer" value="%2$d"/>
        <property name="osgi.command.scope" value="probe"/>
        <property name="osgi.command.function" value="report"/>
      </scr:component>
      """;

  private static final String LEAVER =
      """
      <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.4.0" name="org.vtl.probe.%1$s">
        <implementation class="org.vtl.itests.probe.LeaveProbe"/>
        <service><provide interface="org.vtl.service.PacketService"/></service>
        <property name="vtl.name" value="probe-%1$s"/>
        <property name="vtl.priority" type="Integer" value="%2$d"/>
      </scr:component>
      """;

  private ProbeBundle() {}

  /** Writes a bundle whose service leaves every connection at once. */
  static void writeLeaver(Path file, String name, int priority) throws IOException {
    write(file, name, "1.0.0", LEAVER.formatted(name, priority), LeaveProbe.class);
  }

  /** Writes the bundle {@code org.vtl.probe.NAME} of {@code version} to {@code file}. */
  static void write(Path file, String name, String version, int priority) throws IOException {
    write(file, name, version, COMPONENT.formatted(name, priority), SwapProbe.class);
  }

  private static void write(
      Path file, String name, String version, String component, Class<?> service)
      throws IOException {
    Manifest manifest = new Manifest();
    Attributes headers = manifest.getMainAttributes();
    headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    headers.putValue("Bundle-ManifestVersion", "2");
    headers.putValue("Bundle-SymbolicName", "org.vtl.probe." + name);
    headers.putValue("Bundle-Version", version);
    headers.putValue(
        "Import-Package",
        "org.vtl.service;version=\"[1,2)\",org.vtl.packet;version=\"[1,2)\","
            + "org.vtl.connection;version=\"[1,2)\"");
    headers.putValue("Service-Component", "OSGI-INF/probe.xml");
    headers.putValue(
        "Require-Capability",
        "osgi.extender;filter:=\"(osgi.extender=osgi.component)\","
            + "osgi.ee;filter:=\"(&(osgi.ee=JavaSE)(version=25))\"");
    Path partial = file.resolveSibling(file.getFileName() + ".part");
    try (OutputStream out = Files.newOutputStream(partial);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      jar.putNextEntry(new JarEntry("OSGI-INF/probe.xml"));
      jar.write(component.getBytes(StandardCharsets.UTF_8));
      String type = service.getName().replace('.', '/') + ".class";
      jar.putNextEntry(new JarEntry(type));
      try (InputStream content = service.getClassLoader().getResourceAsStream(type)) {
        content.transferTo(jar);
      }
    }
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}

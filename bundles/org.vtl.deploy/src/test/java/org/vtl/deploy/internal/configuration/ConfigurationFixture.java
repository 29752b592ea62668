package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;

/** A framework with what can be configured in it, and the files of its configurations. */
abstract class ConfigurationFixture {
  private static final String KEYS =
      """
      <AD id="rate" type="Integer" min="1" max="100" default="10" description="Packets a second."/>
      <AD id="mode" type="String"><Option label="Fast" value="fast"/><Option label="Slow" value="slow"/></AD>
      <AD id="networks" type="String" cardinality="100"/>
      <AD id="on" type="Boolean" default="true"/>
      """;

  @TempDir Path folder;
  Path etc;
  TestFramework framework;
  ConfigurationAdmin admin;
  ConfigurationFiles files;

  @BeforeEach
  void start() throws Exception {
    etc = folder.resolve("etc");
    framework = new TestFramework(folder);
    admin = framework.service(ConfigurationAdmin.class);
    framework.install(
        new TestBundle("limiter", "1.0")
            .metatype("org.vtl.limiter", false, KEYS)
            .header(
                "Provide-Capability",
                "osgi.service;objectClass:List<String>=\"org.vtl.service.PacketService\""));
    framework.install(
        new TestBundle("core", "1.0")
            .metatype(
                "org.vtl.link",
                true,
                "<AD id=\"vm.port\" type=\"String\"/><AD id=\"network.port\" type=\"String\"/>"));
    files = open();
  }

  ConfigurationFiles open() throws Exception {
    ConfigurationFiles opened =
        new ConfigurationFiles(
            framework.context(), admin, framework.service(MetaTypeService.class), etc);
    opened.start();
    return opened;
  }

  @AfterEach
  void stop() throws Exception {
    framework.close();
  }

  void save(String file, String text) throws IOException {
    Files.writeString(etc.resolve(file), text);
    files.poll();
    files.poll();
  }

  void remove(String file) throws IOException {
    Files.delete(etc.resolve(file));
    files.poll();
    files.poll();
  }

  Dictionary<String, Object> stored(String pid) throws Exception {
    Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
    return found == null ? null : found[0].getProperties();
  }

  String text(String file) throws IOException {
    return Files.readString(etc.resolve(file));
  }

  void assertFault(String sentence) {
    assertEquals(List.of(sentence), files.faults());
  }
}

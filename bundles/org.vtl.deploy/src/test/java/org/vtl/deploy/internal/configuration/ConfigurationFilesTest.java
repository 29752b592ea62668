package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.util.Dictionary;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.vtl.deploy.internal.TestBundle;

/** Files that come, change and go: their configurations follow. */
class ConfigurationFilesTest extends ConfigurationFixture {
  @Test
  void aFileBecomesAConfigurationWithTheTypesOfItsDefinition() throws Exception {
    save(
        "org.vtl.limiter.cfg.json",
        """
        // how fast
        { "rate": 5, "mode": "fast", /* both */ "networks": ["10.0.0.0/8", "fe80::/10"],
          "vtl.priority": 250 }
        """);
    Dictionary<String, Object> values = stored("org.vtl.limiter");
    assertEquals(5, values.get("rate"));
    assertEquals("fast", values.get("mode"));
    assertArrayEquals(new String[] {"10.0.0.0/8", "fe80::/10"}, (String[]) values.get("networks"));
    assertEquals(250, values.get("vtl.priority"));
    assertEquals("etc/org.vtl.limiter.cfg.json", values.get("vtl.config.file"));
    assertEquals(List.of(), files.faults());
  }

  @Test
  void aFileOfAFactoryBecomesANamedConfiguration() throws Exception {
    save("org.vtl.link~lab.cfg.json", "{\"vm.port\": \"tap:vm1\"}");
    Configuration[] found = admin.listConfigurations("(service.factoryPid=org.vtl.link)");
    assertEquals(1, found.length);
    assertEquals("org.vtl.link~lab", found[0].getPid());
    assertEquals("tap:vm1", found[0].getProperties().get("vm.port"));
  }

  @Test
  void aRemovedFileRemovesItsConfiguration() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    remove("org.vtl.limiter.cfg.json");
    assertNull(stored("org.vtl.limiter"));
  }

  @Test
  void aFileThatIsReplacedByRemovingAndWritingKeepsItsConfiguration() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    Files.delete(etc.resolve("org.vtl.limiter.cfg.json"));
    files.poll();
    assertEquals(5, stored("org.vtl.limiter").get("rate"));
    save("org.vtl.limiter.cfg.json", "{\"rate\": 6}");
    assertEquals(6, stored("org.vtl.limiter").get("rate"));
  }

  @Test
  void aFileBeingWrittenIsNotRead() throws Exception {
    Files.writeString(etc.resolve("org.vtl.limiter.cfg.json"), "{\"rate\":");
    files.poll();
    assertEquals(List.of(), files.faults());
    Files.writeString(etc.resolve("org.vtl.limiter.cfg.json"), "{\"rate\": 7}");
    files.poll();
    assertEquals(List.of(), files.faults());
    files.poll();
    assertEquals(7, stored("org.vtl.limiter").get("rate"));
  }

  @Test
  void aFileRemovedWhileVtlWasNotRunningTakesItsConfigurationAlong() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    Files.delete(etc.resolve("org.vtl.limiter.cfg.json"));
    files = open();
    assertNull(stored("org.vtl.limiter"));
  }

  @Test
  void aDefinitionThatComesLaterIsHeldAgainstTheFile() throws Exception {
    save("com.example.late.cfg.json", "{\"size\": \"big\"}");
    save("com.example.typed.cfg.json", "{\"size\": 5}");
    assertEquals("big", stored("com.example.late").get("size"));
    assertEquals(5L, stored("com.example.typed").get("size"));
    framework.install(
        new TestBundle("late", "1.0")
            .metatype("com.example.late", false, "<AD id=\"size\" type=\"Integer\"/>")
            .metatype("com.example.typed", false, "<AD id=\"size\" type=\"Integer\"/>"));
    files.definitionsChanged();
    assertFault(
        "etc/com.example.late.cfg.json, line 1: \"size\" is \"big\", but must be a whole number.");
    assertNull(stored("com.example.late"));
    assertEquals(5, stored("com.example.typed").get("size"));
    save("com.example.late.cfg.json", "{\"size\": 3}");
    assertEquals(3, stored("com.example.late").get("size"));
  }
}

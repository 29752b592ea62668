package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.Configurations;

/** Configurations that are changed through VTL, which writes their files. */
class ConfigurationChangeTest extends ConfigurationFixture {
  @Test
  void settingAKeyChangesTheFileAndKeepsItsComments() throws Exception {
    save(
        "org.vtl.limiter.cfg.json",
        """
        {
          // slow at first
          "rate": 5, // a second
          "mode": "slow",
          "on": true
        }
        """);
    Map<String, Object> changes = new HashMap<>();
    changes.put("rate", "6");
    changes.put("on", null);
    changes.put("networks", List.of("10.0.0.0/8"));
    changes.put("vtl.priority", 210);
    Configurations.Entry entry = files.set("org.vtl.limiter", changes);
    assertEquals(
        """
        {
          // slow at first
          "rate": 6, // a second
          "mode": "slow",
          "networks": ["10.0.0.0/8"],
          "vtl.priority": 210
        }
        """,
        text("org.vtl.limiter.cfg.json"));
    assertEquals(6, stored("org.vtl.limiter").get("rate"));
    assertNull(stored("org.vtl.limiter").get("on"));
    assertEquals("org.vtl.limiter.cfg.json", entry.file());
    assertEquals(6, entry.values().get("rate"));
    assertEquals(
        new Configurations.Key("rate", "Integer", "10", "Packets a second."),
        entry.keys().stream().filter(key -> key.name().equals("rate")).findFirst().orElseThrow());
    files.poll();
    files.poll();
    assertEquals(6, stored("org.vtl.limiter").get("rate"));
  }

  @Test
  void aWrongKeyOrValueChangesNothing() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    IllegalArgumentException thrown =
        assertThrows(
            IllegalArgumentException.class,
            () -> files.set("org.vtl.limiter", Map.of("rate", 6, "mod", "fast")));
    assertEquals(
        "etc/org.vtl.limiter.cfg.json: the key \"mod\" (\"fast\") is unknown to org.vtl.limiter;"
            + " did you mean \"mode\"?",
        thrown.getMessage());
    assertEquals("{\"rate\": 5}", text("org.vtl.limiter.cfg.json"));
    assertEquals(5, stored("org.vtl.limiter").get("rate"));
    assertThrows(IllegalArgumentException.class, () -> files.set("../evil", Map.of("rate", 6)));
    assertFalse(Files.exists(folder.resolve("evil.cfg.json")));
  }

  @Test
  void checkingTellsWhatSettingWouldDoAndChangesNothing() throws Exception {
    files.set("org.vtl.limiter", Map.of("rate", 6));
    String before = Files.readString(etc.resolve("org.vtl.limiter.cfg.json"));

    assertEquals(7, files.check("org.vtl.limiter", Map.of("rate", 7L)).values().get("rate"));
    assertThrows(
        IllegalArgumentException.class, () -> files.check("org.vtl.limiter", Map.of("rat", 7)));
    assertThrows(IllegalArgumentException.class, () -> files.check("../evil", Map.of("rate", 6)));
    assertEquals(before, Files.readString(etc.resolve("org.vtl.limiter.cfg.json")));
    files.check("org.vtl.link~new", Map.of("vm.port", "tap:vm1"));
    assertFalse(Files.exists(etc.resolve("org.vtl.link~new.cfg.json")));
  }

  @Test
  void settingAKeyCreatesAFileWhereThereIsNone() throws Exception {
    files.set("org.vtl.link~lab", Map.of("vm.port", "tap:vm1"));
    assertEquals("{\n  \"vm.port\": \"tap:vm1\"\n}\n", text("org.vtl.link~lab.cfg.json"));
    assertEquals("tap:vm1", stored("org.vtl.link~lab").get("vm.port"));
  }

  @Test
  void settingAKeyRepairsAFaultyFile() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rat\": 5, \"mode\": \"fast\"}");
    Map<String, Object> changes = new HashMap<>();
    changes.put("rat", null);
    changes.put("rate", 5);
    files.set("org.vtl.limiter", changes);
    assertEquals(
        "{\"mode\": \"fast\",\n  \"rate\": 5\n}",
        text("org.vtl.limiter.cfg.json").replace("{ ", "{"));
    assertEquals(List.of(), files.faults());
  }

  @Test
  void deletingRemovesFileAndConfiguration() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    files.delete("org.vtl.limiter");
    assertFalse(Files.exists(etc.resolve("org.vtl.limiter.cfg.json")));
    assertNull(stored("org.vtl.limiter"));
  }

  @Test
  void whatCanBeConfiguredIsListed() throws Exception {
    files.set("org.vtl.link~lab", Map.of("vm.port", "tap:vm1"));
    List<Configurations.Entry> own =
        files.list().stream().filter(entry -> entry.pid().startsWith("org.vtl.")).toList();
    assertEquals(
        List.of("org.vtl.limiter", "org.vtl.link~lab"),
        own.stream().map(Configurations.Entry::pid).toList());
    assertEquals("", own.getFirst().file());
    Configurations.Entry link = own.getLast();
    assertEquals(Map.of("vm.port", "tap:vm1"), link.values());
    assertEquals("org.vtl.link~lab.cfg.json", link.file());
    assertEquals(2, link.keys().size());
  }

  @Test
  void aLinkedFileIsWrittenBehindTheLink() throws Exception {
    Path real = Files.writeString(folder.resolve("real"), "{\"rate\": 5}");
    Files.createSymbolicLink(etc.resolve("org.vtl.limiter.cfg.json"), real);
    files.poll();
    files.poll();
    files.set("org.vtl.limiter", Map.of("rate", 6));
    assertEquals("{\"rate\": 6}", Files.readString(real));
    assertTrue(Files.isSymbolicLink(etc.resolve("org.vtl.limiter.cfg.json")));
  }
}

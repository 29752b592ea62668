package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;
import org.osgi.service.metatype.MetaTypeService;
import org.vtl.deploy.internal.TestBundle;
import org.vtl.deploy.internal.TestFramework;
import org.vtl.runtime.Configurations;

class ConfigurationFilesTest {
  private static final String KEYS =
      """
      <AD id="rate" type="Integer" min="1" max="100" default="10" description="Packets a second."/>
      <AD id="mode" type="String"><Option label="Fast" value="fast"/><Option label="Slow" value="slow"/></AD>
      <AD id="networks" type="String" cardinality="100"/>
      <AD id="on" type="Boolean" default="true"/>
      """;

  @TempDir Path folder;
  private Path etc;
  private TestFramework framework;
  private ConfigurationAdmin admin;
  private ConfigurationFiles files;

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

  private ConfigurationFiles open() throws Exception {
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

  private void save(String file, String text) throws IOException {
    Files.writeString(etc.resolve(file), text);
    files.poll();
    files.poll();
  }

  private void remove(String file) throws IOException {
    Files.delete(etc.resolve(file));
    files.poll();
    files.poll();
  }

  private Dictionary<String, Object> stored(String pid) throws Exception {
    Configuration[] found = admin.listConfigurations("(service.pid=" + pid + ")");
    return found == null ? null : found[0].getProperties();
  }

  private String text(String file) throws IOException {
    return Files.readString(etc.resolve(file));
  }

  private void assertFault(String sentence) {
    assertEquals(List.of(sentence), files.faults());
  }

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
  void aFaultNamesFileKeyValueAndRemedyAndTheOldConfigurationStays() throws Exception {
    String[][] table = {
      {
        "{\n  \"rat\": 5\n}",
        "etc/org.vtl.limiter.cfg.json, line 2: the key \"rat\" (5) is unknown to org.vtl.limiter;"
            + " did you mean \"rate\"?"
      },
      {
        "{\"priority\": 5}",
        "etc/org.vtl.limiter.cfg.json, line 1: the key \"priority\" (5) is unknown to"
            + " org.vtl.limiter; did you mean \"vtl.priority\"?"
      },
      {
        "{\"colour\": \"red\"}",
        "etc/org.vtl.limiter.cfg.json, line 1: the key \"colour\" (\"red\") is unknown to"
            + " org.vtl.limiter; the keys are mode, networks, on, rate, vtl.links, vtl.priority,"
            + " vtl.protocols."
      },
      {
        "{\"rate\": 101}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"rate\" is 101, but must be a whole number from 1"
            + " to 100."
      },
      {
        "{\"rate\": \"many\"}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"rate\" is \"many\", but must be a whole number"
            + " from 1 to 100."
      },
      {
        "{\"rate\": 1.5}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"rate\" is 1.5, but must be a whole number from 1"
            + " to 100."
      },
      {
        "{\"mode\": \"quick\"}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"mode\" is \"quick\", but must be one of fast,"
            + " slow."
      },
      {
        "{\"on\": \"yes\"}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"on\" is \"yes\", but must be true or false."
      },
      {
        "{\"vtl.protocols\": [\"SCTP\"]}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"vtl.protocols\" is [\"SCTP\"], but must be one of"
            + " TCP, UDP, ICMP, OTHER_IP, ARP, OTHER."
      },
      {
        "{\n \"rate\": 5,\n \"Rate\": 6\n}",
        "etc/org.vtl.limiter.cfg.json, line 3: the key \"Rate\" comes twice, first on line 2;"
            + " remove one of the two."
      },
      {
        "{\n \"rate\": 5,\n \"rate\": 6\n}",
        "etc/org.vtl.limiter.cfg.json, line 3, column 2 is not JSON: the key \"rate\" comes twice."
      },
      {
        "{\n  \"rate\": 5\n  \"on\": true\n}",
        "etc/org.vtl.limiter.cfg.json, line 3, column 3 is not JSON: a comma or the closing brace"
            + " is expected."
      },
      {
        "",
        "etc/org.vtl.limiter.cfg.json, line 1, column 1 is not JSON: an object in braces is"
            + " expected."
      },
      {
        "{\"rate:Int\": 5}",
        "etc/org.vtl.limiter.cfg.json, line 1: the key \"rate\" has the unknown type \"Int\"; use"
            + " String, Integer, Long, Double, Boolean or one of these with []."
      },
      {
        "{\"rate:Integer\": \"x\"}",
        "etc/org.vtl.limiter.cfg.json, line 1: \"rate\" is \"x\", which is not the Integer that"
            + " its key says; change one of the two."
      },
    };
    for (String[] row : table) {
      save("org.vtl.limiter.cfg.json", "{\"rate\": 50}");
      assertEquals(List.of(), files.faults(), row[0]);
      save("org.vtl.limiter.cfg.json", row[0]);
      assertFault(row[1]);
      assertEquals(50, stored("org.vtl.limiter").get("rate"), row[0]);
    }
    remove("org.vtl.limiter.cfg.json");
    assertEquals(List.of(), files.faults());
    assertNull(stored("org.vtl.limiter"));
  }

  @Test
  void aFileWhoseNameCannotWorkIsAFault() throws Exception {
    String[][] table = {
      {
        "org.vtl.link-lab.cfg.json",
        "etc/org.vtl.link-lab.cfg.json has no effect; rename it to org.vtl.link~lab.cfg.json."
      },
      {
        "org.vtl.link.cfg.json",
        "etc/org.vtl.link.cfg.json names no one of the several that org.vtl.link can have; rename"
            + " it to org.vtl.link~NAME.cfg.json."
      },
      {
        "org.vtl.limiter.cfg",
        "etc/org.vtl.limiter.cfg has no effect; name it PID.cfg.json, or FACTORY~NAME.cfg.json."
      },
      {
        "org.vtl.link~a~b.cfg.json",
        "etc/org.vtl.link~a~b.cfg.json has a name that is no PID; use letters, digits, dots, - and"
            + " _, and at most one ~ before the name of one of several."
      },
    };
    for (String[] row : table) {
      save(row[0], "{}");
      assertFault(row[1]);
      remove(row[0]);
      assertEquals(List.of(), files.faults());
    }
  }

  @Test
  void twoFilesOfOneNameAreAFaultUntilOneIsRemoved() throws Exception {
    save("org.vtl.link~Lab.cfg.json", "{\"vm.port\": \"tap:a\"}");
    save("org.vtl.link~lab.cfg.json", "{\"vm.port\": \"tap:b\"}");
    assertFault(
        "etc/org.vtl.link~lab.cfg.json and etc/org.vtl.link~Lab.cfg.json name the same"
            + " configuration, but for upper and lower case; remove or rename one of them.");
    remove("org.vtl.link~Lab.cfg.json");
    assertEquals(List.of(), files.faults());
    assertEquals("tap:b", stored("org.vtl.link~lab").get("vm.port"));
    assertNull(stored("org.vtl.link~Lab"));
  }

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
  void aChangeInTheStoreIsWrittenToTheFile() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\n  // why\n  \"rate\": 5\n}\n");
    admin
        .getConfiguration("org.vtl.limiter", "?")
        .update(new Hashtable<>(Map.of("rate", 8, "networks", new String[] {"::/0"})));
    files.stored("org.vtl.limiter");
    assertEquals(
        "{\n  // why\n  \"rate\": 8,\n  \"networks\": [\"::/0\"]\n}\n",
        text("org.vtl.limiter.cfg.json"));
    assertEquals("etc/org.vtl.limiter.cfg.json", stored("org.vtl.limiter").get("vtl.config.file"));
  }

  @Test
  void aWrongChangeInTheStoreIsTakenBack() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    admin.getConfiguration("org.vtl.limiter", "?").update(new Hashtable<>(Map.of("rate", 800)));
    files.stored("org.vtl.limiter");
    assertEquals(5, stored("org.vtl.limiter").get("rate"));
    assertEquals("{\"rate\": 5}", text("org.vtl.limiter.cfg.json"));
    assertFault(
        "etc/org.vtl.limiter.cfg.json: \"rate\" is 800, but must be a whole number from 1 to 100.");
  }

  @Test
  void aConfigurationMadeAtRunTimeGetsAFile() throws Exception {
    admin
        .getConfiguration("com.example.thing", "?")
        .update(
            new Hashtable<>(
                Map.of("count", 7, "ratio", 0.5f, "big", 7L, "ports", new int[] {1, 2})));
    files.stored("com.example.thing");
    ConfigurationText written = ConfigurationText.read("x", text("com.example.thing.cfg.json"));
    assertEquals(Long.class, written.items().get("big").value().getClass());
    assertTrue(text("com.example.thing.cfg.json").contains("\"count:Integer\": 7"));
    assertTrue(text("com.example.thing.cfg.json").contains("\"ports:Integer[]\": [1, 2]"));
    assertTrue(text("com.example.thing.cfg.json").contains("\"ratio:Float\": 0.5"));
  }

  @Test
  void aConfigurationThatSaysSoGetsNoFile() throws Exception {
    admin
        .getConfiguration("com.example.thing", "?")
        .update(new Hashtable<>(Map.of("count", 7, "vtl.config.file", "")));
    files.stored("com.example.thing");
    assertFalse(Files.exists(etc.resolve("com.example.thing.cfg.json")));
    assertEquals(7, stored("com.example.thing").get("count"));
  }

  @Test
  void aFactoryConfigurationWithoutANameGetsOne() throws Exception {
    Configuration made = admin.createFactoryConfiguration("org.vtl.link", "?");
    made.update(new Hashtable<>(Map.of("vm.port", "tap:a")));
    files.stored(made.getPid());
    Configuration[] found = admin.listConfigurations("(service.factoryPid=org.vtl.link)");
    assertEquals(1, found.length);
    assertTrue(found[0].getPid().startsWith("org.vtl.link~"), found[0].getPid());
    assertTrue(Files.exists(etc.resolve(found[0].getPid() + ".cfg.json")));
  }

  @Test
  void aConfigurationRemovedFromTheStoreTakesItsFileAlong() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    admin.getConfiguration("org.vtl.limiter", "?").delete();
    files.stored("org.vtl.limiter");
    assertFalse(Files.exists(etc.resolve("org.vtl.limiter.cfg.json")));
  }

  @Test
  void aFileRemovedWhileVtlWasNotRunningTakesItsConfigurationAlong() throws Exception {
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    Files.delete(etc.resolve("org.vtl.limiter.cfg.json"));
    files = open();
    assertNull(stored("org.vtl.limiter"));
  }

  @Test
  void nothingGoesRoundInCircles() throws Exception {
    int[] events = {0};
    framework
        .context()
        .registerService(
            SynchronousConfigurationListener.class,
            (ConfigurationEvent event) -> {
              events[0]++;
              files.stored(event.getPid());
            },
            null);
    save("org.vtl.limiter.cfg.json", "{\"rate\": 5}");
    assertEquals(1, events[0]);
    files.set("org.vtl.limiter", Map.of("rate", 6));
    assertEquals(2, events[0]);
    for (int i = 0; i < 10; i++) {
      files.poll();
    }
    assertEquals(2, events[0]);
    admin.getConfiguration("org.vtl.limiter", "?").update(new Hashtable<>(Map.of("rate", 7)));
    assertEquals(4, events[0], "the change itself, and the file's name put back");
    files.poll();
    files.poll();
    assertEquals(4, events[0]);
    save("org.vtl.limiter.cfg.json", "{ \"rate\": 7 } // same");
    assertEquals(4, events[0]);
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

package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.Hashtable;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationEvent;
import org.osgi.service.cm.SynchronousConfigurationListener;

/** Configurations that others change in the framework's store: their files follow. */
class StoredConfigurationTest extends ConfigurationFixture {
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
}

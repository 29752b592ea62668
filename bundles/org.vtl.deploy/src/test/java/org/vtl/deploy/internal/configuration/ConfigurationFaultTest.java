package org.vtl.deploy.internal.configuration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is wrong with a file, and what its user is told. */
class ConfigurationFaultTest extends ConfigurationFixture {
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
}

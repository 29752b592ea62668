package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Configurations of links that are refused, and what their users are told. */
class LinkConfigurationTest extends WithWorkers {
  @Test
  void wrongConfigurationsAreRefusedInOneSentence() {
    try (Rig rig = new Rig()) {
      refused(rig, "colour", "blue", "unknown");
      refused(rig, "vm.port", "", "missing");
      refused(rig, "vm.port", "nonsense", "scheme:target");
      refused(rig, "vm.port", "memory:net", "two different ports");
      refused(rig, "vm.port", "memory:net?frames=9", "two different ports");
      refused(rig, "absence", "sometimes", "hold or drop");
      refused(rig, "packets", "many", "whole number");
      refused(rig, "packets", 5, "128");
      IllegalArgumentException shared =
          assertThrows(
              IllegalArgumentException.class,
              () -> rig.engine.addLink("second", Rig.configuration()));
      assertTrue(shared.getMessage().contains("belongs to link lab"), shared.getMessage());
      rig.engine.removeLink("second");
      rig.engine.addLink(
          "unknown-driver", Map.of("vm.port", "smoke:1", "network.port", "memory:other"));
      rig.turn();
      assertTrue(
          rig.engine.runtime().faults().stream().anyMatch(one -> one.contains("no driver for")));
      rig.fromVm(Rig.udp("x"));
      assertNotNull(rig.toNetwork(), "the first link goes on");
    }
  }

  @Test
  void waysToOneInterfaceAreOnePort() {
    try (Rig rig = new Rig()) {
      IllegalArgumentException both =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  rig.engine.addLink(
                      "second", Map.of("vm.port", "packet:eth1", "network.port", "xdp:eth1")));
      assertTrue(
          both.getMessage().contains("vm.port (packet:eth1) and network.port (xdp:eth1)"),
          both.getMessage());
      rig.engine.addLink("one", Map.of("vm.port", "tap:eth1", "network.port", "packet:eth1"));
      IllegalArgumentException shared =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  rig.engine.addLink(
                      "two", Map.of("vm.port", "pcap:eth1", "network.port", "packet:eth2")));
      assertTrue(
          shared.getMessage().contains("port packet:eth1 belongs to link one"),
          shared.getMessage());
      rig.engine.addLink("two", Map.of("vm.port", "tap:vm1", "network.port", "xdp:eth2"));
    }
  }

  @Test
  void aLinkThatWasRefusedForAPortComesUpWhenThePortIsFree() {
    try (Rig rig = new Rig()) {
      assertThrows(
          IllegalArgumentException.class, () -> rig.engine.addLink("second", Rig.configuration()));
      assertThrows(
          IllegalArgumentException.class, () -> rig.engine.addLink("third", Rig.configuration()));
      rig.engine.removeLink("lab");
      rig.turn();
      assertEquals(
          List.of("second UP", "third FAILED"),
          rig.engine.runtime().links().stream()
              .map(link -> link.name() + " " + link.state())
              .toList());
      assertTrue(
          rig.engine.runtime().faults().getFirst().contains("belongs to link second"),
          rig.engine.runtime().faults().toString());
      rig.engine.removeLink("third");
      rig.engine.removeLink("second");
      assertEquals(List.of(), rig.engine.runtime().links());
    }
  }

  private static void refused(Rig rig, String key, Object value, String because) {
    var configuration = Rig.configuration(key, value);
    configuration.putIfAbsent("vm.port", "memory:a");
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class, () -> rig.engine.addLink("wrong", configuration));
    String message = refusal.getMessage();
    assertTrue(message.contains(because), message);
    assertTrue(message.contains(key), message);
    assertTrue(message.endsWith("."), message);
    assertTrue(
        rig.engine.runtime().links().stream()
            .anyMatch(one -> one.state().equals("FAILED") && one.reason().equals(message)));
  }
}

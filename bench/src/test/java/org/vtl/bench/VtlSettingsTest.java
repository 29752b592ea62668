package org.vtl.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class VtlSettingsTest {
  private static final VtlSettings USUAL = VtlSettings.usual(Path.of("/dist"));

  @Test
  void optionsOfAPortComeAfterItsDevice() {
    assertEquals("packet:m0", USUAL.address("m0"));
    assertEquals("xdp:m1?queues=1", USUAL.with("port", "xdp?queues=1").address("m1"));
  }

  @Test
  void otherKeysAreTheLinks() {
    assertEquals(
        """
        {
          "vm.port": "packet:m0",
          "network.port": "packet:m1",
          "connections": 64,
          "offload": "off"
        }
        """,
        USUAL.with("offload", "off").with("connections", "64").linkFile());
  }

  @Test
  void withoutServicesNoFeatureBringsOne() {
    assertEquals("core,linux,shell", USUAL.with("services", "0").features());
    assertEquals("", USUAL.with("services", "8").features());
    assertThrows(BenchException.class, () -> USUAL.with("services", "many"));
  }

  @Test
  void theCommandLineSetsTheSame() {
    Options options =
        Options.parse(List.of("vtl", "--quick", "--link", "spin=off", "--port", "xdp"));
    assertEquals("xdp", options.vtl(Path.of("/dist")).port());
    assertEquals("off", options.vtl(Path.of("/dist")).link().get("spin"));
    assertEquals(3, options.rounds());
  }

  @Test
  void wrongOptionsAreRefused() {
    for (String line : List.of("--fast", "--link spin", "--rounds", "--rounds 0", "--seconds x")) {
      assertThrows(BenchException.class, () -> Options.parse(List.of(line.split(" "))), () -> line);
    }
  }
}

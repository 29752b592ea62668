package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.testkit.Configuration;

/** What a configuration may say, and how its faults are told. */
class SettingsTest {
  private static final Path DATA = Path.of("/var/lib/vtl");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "socks | 9050 | socks is \"9050\"; give ADDRESS:PORT such as 127.0.0.1:9050, or unix:PATH.",
        "socks | localhost:9050 | socks is \"localhost:9050\"; give ADDRESS:PORT such as"
            + " 127.0.0.1:9050, or unix:PATH.",
        "socks | 127.0.0.1:0 | socks is \"127.0.0.1:0\"; give ADDRESS:PORT such as 127.0.0.1:9050,"
            + " or unix:PATH.",
        "socks | unix:a | socks is \"a\"; give an absolute path, beginning with /.",
        "control | x | control is \"x\"; give ADDRESS:PORT such as 127.0.0.1:9050, or unix:PATH.",
        "socks.version | 4 | socks.version is \"4\"; give 5 or 4a.",
        "isolation | all | isolation is \"all\"; give vm, destination, connection or none.",
        "refuse | maybe | refuse is \"maybe\"; give reject or silent.",
        "connect.timeout.seconds | 0 | connect.timeout.seconds is 0; give 1 to 600.",
        "buffer.bytes | 1 | buffer.bytes is 1; give 65536 to 1073741824.",
        "names.most | 1 | names.most is 1; give 16 to 1000000.",
        "names.seconds | 0 | names.seconds is 0; give 1 to 86400.",
      })
  void faultsNameKeyValueAndRemedy(String key, String value, String sentence) {
    Object typed =
        value.matches("\\d+") && !key.startsWith("socks") ? (Object) Integer.valueOf(value) : value;
    TorConfig config = Configuration.of(TorConfig.class, Map.of("manage", false, key, typed));
    assertEquals(
        sentence,
        assertThrows(IllegalArgumentException.class, () -> Settings.of(config, DATA)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "mac, 01:00:00:00:00:01",
    "names.ipv4, 10.0.0.0/33",
    "names.ipv4, fd00::/48",
    "names.ipv6, x"
  })
  void otherFaultsAreSentences(String key, String value) {
    TorConfig config = Configuration.of(TorConfig.class, Map.of("manage", false, key, value));
    assertTrue(
        assertThrows(IllegalArgumentException.class, () -> Settings.of(config, DATA))
            .getMessage()
            .endsWith("."));
  }

  @Test
  void theDefaultsRunATor() {
    Settings settings = settings(Map.of());
    assertEquals(Path.of("/var/lib/vtl/tor/socks"), settings.managed().socks());
    assertNull(settings.socks());
    assertEquals(Isolation.Kind.VM, settings.isolation());
    assertEquals(settings.mac("a"), settings.mac("a"));
    assertFalse(settings.mac("a") == settings.mac("b"));
    assertNull(settings.network());
  }

  @Test
  void anotherTorIsTold() {
    Settings one = settings(Map.of("manage", false));
    assertTrue(one.sameTor(settings(Map.of("manage", false, "isolation", "none"))));
    assertFalse(one.sameTor(settings(Map.of("manage", false, "socks", "[::1]:9050"))));
    assertFalse(one.sameTor(settings(Map.of("manage", false, "socks", "unix:/run/tor/socks"))));
    assertFalse(one.sameTor(settings(Map.of())));
    assertFalse(settings(Map.of()).sameTor(settings(Map.of("tor.program", "/opt/tor"))));
  }

  private static Settings settings(Map<String, Object> configuration) {
    return Settings.of(Configuration.of(TorConfig.class, configuration), DATA);
  }
}

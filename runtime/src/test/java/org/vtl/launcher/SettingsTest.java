package org.vtl.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path home;

  @BeforeEach
  void makeEtc() throws IOException {
    Files.createDirectory(home.resolve("etc"));
  }

  @Test
  void replacesVariables() throws IOException {
    Settings settings = read("features = core, shell\nx = ${vtl.data}/y\n");
    assertEquals(List.of("core", "shell"), settings.features());
    assertEquals(home.resolve("data"), settings.data());
    assertEquals(home + "/data/y", settings.framework().get("x"));
    assertEquals("core,shell", settings.framework().get("vtl.features"));
  }

  @Test
  void letsTheCommandLineGoFirst() throws IOException {
    Settings settings =
        read(
            "features=core\ndata=elsewhere\n",
            "--features",
            "a,b",
            "--with",
            "b,c",
            "--data",
            "/d",
            "--with",
            "d");
    assertEquals(List.of("a", "b", "c", "d"), settings.features());
    assertEquals(Path.of("/d"), settings.data());
  }

  @Test
  void aWebServerIsOnLoopbackUnlessTheFileSaysOtherwise() throws IOException {
    String host = "org.apache.felix.http.host";
    assertEquals("127.0.0.1", read("features=core\n").framework().get(host));
    assertEquals(
        "org.vtl.web",
        read("features=core\n").framework().get("felix.webconsole.security.providers"));
    assertEquals(
        "true",
        read("features=core\n")
            .framework()
            .get("org.apache.felix.http.jetty.virtualthreads.enable"));
    assertEquals("::1", read("features=core\n" + host + "=::1\n").framework().get(host));
  }

  @Test
  void saysWhatIsMissing() throws IOException {
    fails("names no feature; add a line such as \"features=core,shell\".", "features=\n");
    fails("is unknown; use ${vtl.home}, ${vtl.etc} or ${vtl.data}.", "features=core\nx=${y}\n");
    fails("with --config DIR.", "features=core\n", "--config", home.resolve("none").toString());
    fails("Option \"--x\" is unknown", "features=core\n", "--x");
    fails("Option \"--data\" needs a value", "features=core\n", "--data");
  }

  @Test
  void keepsADataDirectoryForOne() {
    Path data = home.resolve("data");
    InstanceLock first = InstanceLock.take(data);
    LaunchException second = assertThrows(LaunchException.class, () -> InstanceLock.take(data));
    String owner = "in use by another VTL (process " + ProcessHandle.current().pid() + ")";
    assertTrue(second.getMessage().contains(owner), second.getMessage());
    first.close();
    InstanceLock.take(data).close();
  }

  private Settings read(String properties, String... words) throws IOException {
    Files.writeString(home.resolve("etc/vtl.properties"), properties);
    return Settings.read(Options.parse(home, List.of(words)), "1");
  }

  private void fails(String part, String properties, String... words) {
    LaunchException fault = assertThrows(LaunchException.class, () -> read(properties, words));
    assertTrue(fault.getMessage().contains(part), fault.getMessage());
  }
}

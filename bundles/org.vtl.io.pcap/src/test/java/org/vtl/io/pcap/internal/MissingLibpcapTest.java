package org.vtl.io.pcap.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/** A system without libpcap. */
class MissingLibpcapTest {
  @Test
  void theRemedyIsToInstallIt() throws Exception {
    // In a JVM of its own: the library, once loaded or not, stays so.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.pcap4j.core.pcapLibName=no-such-library",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Opening.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String sentence =
        "Port pcap:lo cannot be opened: libpcap cannot be loaded; install it (Debian's package"
            + " libpcap0.8, or Npcap on Windows) and restart VTL.\n";
    assertEquals(sentence + sentence, new String(process.getInputStream().readAllBytes()));
  }

  /**
   * Opens a port twice and prints why it could not: a class that failed to load fails otherwise.
   */
  static final class Opening {
    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          new PcapPorts().open(PortAddress.parse("pcap:lo"), null);
        } catch (PortException e) {
          System.out.println(e.getMessage());
        }
      }
    }
  }
}

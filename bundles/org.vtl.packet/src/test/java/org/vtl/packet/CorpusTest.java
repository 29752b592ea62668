package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.vtl.packet.pcapng.CaptureReader;

/** Every capture of tcpdump's test suite, many of them made to break a parser. */
class CorpusTest {
  @Test
  void everyCaptureIsReadParsedAndSealed() throws IOException {
    Path folder = TestFrames.corpus();
    assumeTrue(
        folder != null,
        "tcpdump's captures are not here: set -Dvtl.corpus to their folder to test against them.");
    int files = 0;
    int frames = 0;
    int whole = 0;
    try (PacketPool pool = new PacketPool(2);
        Stream<Path> list = Files.list(folder)) {
      Packet packet = pool.acquire();
      Packet copy = pool.acquire();
      for (Path file : list.sorted().toList()) {
        files++;
        try (CaptureReader reader = CaptureReader.open(file)) {
          while (reader.next()) {
            if (reader.read(packet)) {
              frames++;
              whole += Parser.parse(packet) ? 1 : 0;
              examine(packet, copy, file);
            }
          }
        }
      }
    }
    assertTrue(files > 500, "captures: " + files);
    assertTrue(frames > 5000, "frames: " + frames);
    assertTrue(whole > frames / 2, "well formed: " + whole + " of " + frames);
  }

  private static void examine(Packet packet, Packet copy, Path file) {
    assertNotNull(PacketText.of(packet));
    byte[] before = TestFrames.bytes(packet);
    packet.seal(false);
    copy.copyOf(packet);
    assertEquals(packet.malformation(), copy.malformation());
    boolean right = packet.malformation() == null && TestFrames.sumsRight(packet);
    if (packet.isTcp()) {
      packet.tcp().setSequenceNumber(packet.tcp().sequenceNumber() + 1);
    }
    if (packet.isIpv4()) {
      packet.ipv4().setSource(~packet.ipv4().source());
    } else if (packet.isIpv6()) {
      packet.ipv6().setDestination(1, 2);
    }
    packet.seal(false);
    if (packet.malformation() == null) {
      assertEquals(right, TestFrames.sumsRight(packet), () -> file + ": " + PacketText.of(packet));
    }
    assertEquals(before.length, packet.length());
  }
}

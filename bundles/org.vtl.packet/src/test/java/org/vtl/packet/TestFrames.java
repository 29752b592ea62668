package org.vtl.packet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Frames for tests: those of headers.txt, and bytes in and out of packets. */
final class TestFrames {
  private TestFrames() {}

  /** The lines of headers.txt: frame name and bytes as the key, its fields below. */
  static Map<String, List<String>> table() {
    Map<String, List<String>> table = new LinkedHashMap<>();
    List<String> fields = List.of();
    for (String line : resource("headers.txt").split("\n")) {
      if (line.startsWith("frame ")) {
        fields = new ArrayList<>();
        table.put(line.substring(6), fields);
      } else if (line.startsWith("  ")) {
        fields.add(line.strip());
      }
    }
    return table;
  }

  /** The frames of headers.txt by name. */
  static Map<String, byte[]> frames() {
    Map<String, byte[]> frames = new LinkedHashMap<>();
    for (String key : table().keySet()) {
      String[] words = key.split(" ");
      frames.put(words[0], HexFormat.of().parseHex(words[1]));
    }
    return frames;
  }

  static byte[] frame(String name) {
    return frames().get(name);
  }

  /** Puts {@code bytes} into the packet as a frame that has arrived, parsed. */
  static Packet load(Packet packet, byte[] bytes) {
    return load(packet, bytes, bytes.length);
  }

  static Packet load(Packet packet, byte[] bytes, int length) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, packet.memory(), Packet.HEADROOM, length);
    packet.frame(Packet.HEADROOM, length);
    Parser.parse(packet);
    return packet;
  }

  /** The frame's bytes. */
  static byte[] bytes(Packet packet) {
    return packet.memory().asSlice(packet.start(), packet.length()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** The transport payload's bytes. */
  static byte[] payload(Packet packet) {
    return packet
        .memory()
        .asSlice((long) packet.start() + packet.payloadOffset(), packet.payloadLength())
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** Whether all checksums are right as the frame stands. */
  static boolean sumsRight(Packet packet) {
    return packet.isTransportChecksumRight()
        && (!packet.isIpv4() || packet.ipv4().isChecksumRight());
  }

  /**
   * The folder of tcpdump's captures, or null: of system property vtl.corpus, else beside the
   * project or above it.
   */
  static Path corpus() {
    String property = System.getProperty("vtl.corpus");
    if (property != null) {
      return Files.isDirectory(Path.of(property)) ? Path.of(property) : null;
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path folder = at.resolve("shared/corpus/tcpdump");
      if (Files.isDirectory(folder)) {
        return folder;
      }
    }
    return null;
  }

  private static String resource(String name) {
    try (InputStream in = TestFrames.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

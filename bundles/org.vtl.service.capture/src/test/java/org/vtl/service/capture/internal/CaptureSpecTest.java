package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.service.TapPoint;
import org.vtl.service.TapPoint.Kind;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;

/** What configurations and commands may say: filters, stages, files, numbers. */
class CaptureSpecTest {
  private static final Path FOLDER = Path.of("/data/capture");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                                | tcp udp arp echo",
        "tcp                             | tcp",
        "not tcp                         | udp arp echo",
        "udp and port 53                 | udp",
        "port 54                         | ",
        "icmp                            | echo",
        "arp                             | arp",
        "host 10.0.0.9                   | tcp arp",
        "not host 10.0.0.9 and not icmp  | udp",
        "ipv6                            | udp",
        "ipv4 and tcp and host 10.0.0.1  | tcp",
        "vlan 5                          | echo",
      })
  void filtersSelect(String words, String expected) {
    PacketFilter filter = PacketFilter.parse(words == null ? "" : words);
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      StringBuilder found = new StringBuilder();
      check(filter, Frames.tcp().to("10.0.0.9:80").build(packet), " tcp", found);
      check(filter, Frames.udp().from("[::1]:1").to("[::2]:53").build(packet), " udp", found);
      check(filter, Frames.arpRequest().to("10.0.0.9").build(packet), " arp", found);
      check(filter, Frames.echo(1, 1).vlan(5).build(packet), " echo", found);
      assertEquals(expected == null ? "" : expected, found.toString().strip());
    }
  }

  private static void check(PacketFilter filter, Packet packet, String name, StringBuilder found) {
    if (filter.matches(packet)) {
      found.append(name);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tcp port 80      | where \"and\" should be",
        "tcp and          | no word it knows",
        "host             | ends too early",
        "port 70000       | give a number from 0 to 65535",
        "host example.org | example.org",
        "not              | no word it knows",
      })
  void filtersThatCannotBeReadSayWhy(String words, String part) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> PacketFilter.parse(words)).getMessage();
    assertTrue(message.contains(part), message);
  }

  @Test
  void stagesSelectPlaces() {
    TapPoint drop = new TapPoint(Kind.DROP, "lab", "firewall");
    TapPoint service = new TapPoint(Kind.SERVICE, "lab", "firewall");
    assertTrue(Stages.parse("arrival, drop").contains(drop));
    assertFalse(Stages.parse("arrival,drop").contains(service));
    assertTrue(Stages.parse("firewall").contains(service));
    assertFalse(Stages.parse("firewall").contains(drop));
    assertTrue(Stages.parse("all").contains(service));
    assertThrows(IllegalArgumentException.class, () -> Stages.parse(""));
    assertThrows(IllegalArgumentException.class, () -> Stages.parse("a b"));
  }

  @Test
  void relativeFilesStayInTheirFolder() {
    assertEquals(FOLDER.resolve("a/b.pcapng"), FileNames.resolve("a/b.pcapng", FOLDER));
    assertEquals(Path.of("/mnt/x.pcapng"), FileNames.resolve("/mnt/x.pcapng", FOLDER));
    for (String file : List.of("../x", "a/../../x", ".", "", "a/..", "dir/", "a\0b")) {
      assertThrows(IllegalArgumentException.class, () -> FileNames.resolve(file, FOLDER), file);
    }
  }

  @Test
  void filesAreNamedByTimeAndNumber() {
    Instant start = Instant.parse("2026-01-02T03:04:05.678Z");
    FileNames one = new FileNames(Path.of("/d/a-{time}.pcapng"), false, start);
    assertEquals(Path.of("/d/a-20260102T030405Z.pcapng"), one.file(1));
    FileNames many = new FileNames(Path.of("/d/a.b-{time}"), true, start);
    assertEquals(Path.of("/d/a-20260102T030405Z-00012.b-{time}").getParent(), many.directory());
    FileNames ring = new FileNames(Path.of("/d/w.pcapng"), true, start);
    assertEquals(Path.of("/d/w-00012.pcapng"), ring.file(12));
    assertTrue(ring.isOurs(Path.of("/d/w-00001.pcapng")));
    assertFalse(ring.isOurs(Path.of("/d/w.pcapng")));
    assertFalse(ring.isOurs(Path.of("/d/ww-00001.pcapng")));
  }

  @Test
  void theCommandsDefaultsAreTheConfigurations() throws Exception {
    CaptureOptions typed = CaptureOptions.parse(List.of());
    CaptureOptions configured = CaptureOptions.of(Configuration.of(CaptureConfig.class));
    for (var field : CaptureOptions.class.getDeclaredFields()) {
      assertEquals(field.get(configured), field.get(typed), field.getName());
    }
  }

  @Test
  void aCommandsOptionsArriveWhereTheyBelong() {
    CaptureOptions options =
        CaptureOptions.parse(
            Arrays.asList(
                "--link lab --stage drop,nat --file x.pcapng --snap-bytes 96 --file-mb 1.5"
                    .concat(" --files 7 --free-mb 9 --buffer-mb 2 --force")
                    .split(" ")));
    CaptureSpec spec = CaptureSpec.of("n", options, FOLDER);
    assertEquals("lab", spec.link());
    assertEquals("drop,nat", spec.stages().toString());
    assertEquals(FOLDER.resolve("x.pcapng"), spec.path());
    assertEquals(96, spec.snapBytes());
    assertEquals(3 << 19, spec.fileBytes());
    assertEquals(7, spec.files());
    assertEquals(9L << 20, spec.freeBytes());
    assertEquals(2L << 20, spec.bufferBytes());
    assertTrue(spec.force());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "snap.bytes | 13  | Capture n has snap.bytes=13; give a number from 14 to 262144.",
        "files      | 0   | Capture n has files=0; give a number from 1 to 10000.",
        "free.mb    | -1  | Capture n has free.mb=-1; give a number from 0 to 100000000.",
        "file.mb    | 0.5 | ",
      })
  void numbersOutOfRangeAreRefused(String key, double value, String message) {
    CaptureOptions options =
        CaptureOptions.of(Configuration.of(CaptureConfig.class, Map.of(key, value)));
    if (message == null) {
      CaptureSpec.of("n", options, FOLDER);
    } else {
      assertEquals(
          message,
          assertThrows(IllegalArgumentException.class, () -> CaptureSpec.of("n", options, FOLDER))
              .getMessage());
    }
  }

  @Test
  void namesDoNotLeadOutOfTheFolder() {
    for (String name : List.of("", "a/b", "../x", ".x", "a b")) {
      assertThrows(
          IllegalArgumentException.class,
          () -> CaptureSpec.of(name, new CaptureOptions(), FOLDER),
          name);
    }
  }
}

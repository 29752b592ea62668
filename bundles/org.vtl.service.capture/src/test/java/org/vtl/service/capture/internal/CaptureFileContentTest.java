package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.packet.Address;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.pcapng.CaptureReader;
import org.vtl.packet.pcapng.PcapngWriter;
import org.vtl.service.Verdict;

/** What stands in the file for what was seen: read back by our reader, and by tshark. */
class CaptureFileContentTest {
  private static final String CHECKSUMS = "ip.checksum.status|tcp.checksum.status";
  private static final String GOOD = "1|1";

  @TempDir Path folder;

  @Test
  void bytesTimesAndDirections() throws Exception {
    Path file = folder.resolve("a.pcapng");
    byte[] first;
    try (CaptureRig rig = rig("--file", "a.pcapng")) {
      Packet packet = rig.sealed(100);
      first = frame(packet);
      rig.see(CaptureRig.ARRIVAL, packet);
      rig.clock.advance(1_500_000_001L);
      Packet answer = rig.sealed(0);
      answer.setDirection(Direction.INBOUND);
      rig.see(CaptureRig.ARRIVAL, answer);
      rig.finish();
    }
    try (CaptureReader reader = CaptureReader.open(file)) {
      assertTrue(reader.next());
      assertEquals(1_800_000_000_123_456_789L, reader.nanos());
      assertEquals(PcapngWriter.SENT, reader.direction());
      assertEquals(154, reader.originalLength());
      assertEquals(
          java.util.HexFormat.of().formatHex(first),
          java.util.HexFormat.of()
              .formatHex(reader.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
      assertTrue(reader.next());
      assertEquals(1_800_000_001_623_456_790L, reader.nanos());
      assertEquals(PcapngWriter.RECEIVED, reader.direction());
      assertFalse(reader.next());
      assertNull(reader.problem());
    }
  }

  @Test
  void interfacesAndCommentsSayWhereAndWhy() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng", "--stage", "all")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      Packet answer = rig.sealed(2);
      answer.setDirection(Direction.INBOUND);
      rig.see(CaptureRig.ARRIVAL, answer, 0);
      rig.see(CaptureRig.SERVICE, rig.sealed(3), Verdict.CONTINUE, null);
      rig.see(
          CaptureRig.DROP, rig.sealed(4), Verdict.DROP, CaptureRig.reason(9, "firewall/denied"));
      rig.see(CaptureRig.DEPARTURE, rig.sealed(5));
      rig.finish();
    }
    assertEquals(
        List.of(
            "lab/vm/arrival|connection=17|0x00000002",
            "lab/network/arrival||0x00000001",
            "lab/service/nat|service=nat verdict=CONTINUE connection=17|0x00000002",
            "lab/drop/firewall|service=firewall verdict=DROP reason=firewall/denied connection=17"
                + "|0x00000002",
            "lab/network/departure|connection=17|0x00000002"),
        Tshark.fields(
            folder.resolve("a.pcapng"),
            "frame.interface_name",
            "frame.comment",
            "frame.packet_flags"));
  }

  @Test
  void checksumsThatAnOffloadLeftOpenAreCompleted() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng")) {
      Packet partial = rig.segment(60_000);
      partial.seal(true);
      partial.setSegmentSize(1_448);
      rig.see(CaptureRig.ARRIVAL, partial);
      rig.see(CaptureRig.ARRIVAL, rig.segment(333));
      rig.see(CaptureRig.ARRIVAL, rig.sealed(333));
      rig.finish();
    }
    assertEquals(
        List.of(
            GOOD + "|connection=17 segment-size=1448",
            GOOD + "|connection=17",
            GOOD + "|connection=17"),
        tshark("frame.comment"));
  }

  @Test
  void packetsOfAServiceNotYetSealedAreShownAsTheyWillLeave() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng", "--stage", "nat")) {
      Packet changed = rig.sealed(100);
      changed.ipv4().setSource(Address.parseIpv4("192.0.2.7"));
      changed.tcp().setSourcePort(999);
      rig.see(CaptureRig.SERVICE, changed, Verdict.CONTINUE, null);
      rig.finish();
    }
    assertEquals(List.of(GOOD + "|192.0.2.7|999"), tshark("ip.src", "tcp.srcport"));
  }

  @Test
  void aCorruptPacketStaysCorrupt() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng")) {
      Packet packet = rig.sealed(100);
      long at = packet.start() + packet.payloadOffset() + 7L;
      Bytes.setU8(packet.memory(), at, Bytes.u8(packet.memory(), at) ^ 0x10);
      rig.see(CaptureRig.ARRIVAL, packet);
      rig.finish();
    }
    assertEquals(List.of("1|0"), tshark());
  }

  @Test
  void ipv6AndUdpAreCompletedToo() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng")) {
      rig.see(CaptureRig.ARRIVAL, rig.datagram(77));
      rig.finish();
    }
    assertEquals(List.of("1"), Tshark.fields(folder.resolve("a.pcapng"), "udp.checksum.status"));
  }

  @Test
  void longPacketsAreCutWhereAsked() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng", "--snap-bytes", "64")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1_000));
      rig.finish();
    }
    try (CaptureReader reader = CaptureReader.open(folder.resolve("a.pcapng"))) {
      assertTrue(reader.next());
      assertEquals(64, reader.capturedLength());
      assertEquals(1_054, reader.originalLength());
    }
  }

  @Test
  void packetsLostAreToldWithTheNextAndAtTheEnd() throws Exception {
    try (CaptureRig rig = rig("--file", "a.pcapng", "--buffer-mb", "1")) {
      int taken = 0;
      while (lost(rig) < 3) {
        rig.see(CaptureRig.ARRIVAL, rig.sealed(60_000));
        taken++;
      }
      while (rig.writer.turn()) {
        // until the ring is empty
      }
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.finish();
      assertEquals(taken - 3 + 1, rig.writer.packets());
    }
    long dropped = 0;
    try (CaptureReader reader = CaptureReader.open(folder.resolve("a.pcapng"))) {
      while (reader.next()) {
        dropped += reader.dropped();
      }
    }
    assertEquals(3, dropped);
  }

  @Test
  void whatIsNotAskedForIsNotThere() throws Exception {
    try (CaptureRig rig =
        rig("--file", "a.pcapng", "--stage", "drop", "--filter", "tcp and not port 81")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.see(CaptureRig.DROP, rig.datagram(1));
      rig.see(CaptureRig.DROP, rig.sealed(1));
      rig.finish();
      assertEquals(1, rig.writer.packets());
    }
  }

  private static long lost(CaptureRig rig) {
    long lost = 0;
    for (Place place : rig.tap.places()) {
      lost += place.lost.get();
    }
    return lost;
  }

  private CaptureRig rig(String... words) throws Exception {
    return new CaptureRig(folder, CaptureRig.options(words));
  }

  private List<String> tshark(String... more) throws Exception {
    String[] fields = new String[more.length + 2];
    System.arraycopy(CHECKSUMS.split("\\|"), 0, fields, 0, 2);
    System.arraycopy(more, 0, fields, 2, more.length);
    return Tshark.fields(folder.resolve("a.pcapng"), fields);
  }

  private static byte[] frame(Packet packet) {
    return packet
        .memory()
        .asSlice(packet.start(), packet.length())
        .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
  }
}

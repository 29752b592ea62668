package org.vtl.packet.pcapng;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;

class CaptureReaderTest {
  private static final byte[] FRAME = new byte[61];

  static {
    new Random(5).nextBytes(FRAME);
  }

  private static CaptureReader reader(byte[] file) {
    return new CaptureReader(Channels.newChannel(new ByteArrayInputStream(file)));
  }

  private static byte[] written(boolean direct) {
    ByteBuffer out = direct ? ByteBuffer.allocateDirect(2000) : ByteBuffer.allocate(2000);
    PcapngWriter writer = new PcapngWriter(out);
    MemorySegment memory = MemorySegment.ofArray(FRAME);
    assertTrue(writer.sectionHeader("VTL test"));
    assertTrue(writer.interfaceDescription("vm1", "at the VM", 0));
    assertTrue(writer.interfaceDescription("eth1", "at the network", 128));
    byte[] comment = "dropped by firewall".getBytes();
    long time = 1_789_000_000_123_456_789L;
    assertTrue(writer.packet(0, time, memory, 0, 61, 61, PcapngWriter.RECEIVED, 0, comment));
    assertTrue(writer.packet(1, time + 1, memory, 1, 60, 1500, PcapngWriter.SENT, 7, null));
    assertTrue(writer.packet(1, 0, memory, 0, 0, 0, PcapngWriter.UNKNOWN, 0, null));
    assertTrue(writer.interfaceStatistics(1, time + 2, 100, 7));
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void readsWhatTheWriterWrote(boolean direct) throws IOException {
    try (CaptureReader reader = reader(written(direct))) {
      assertTrue(reader.next());
      assertEquals(0, reader.interfaceId());
      assertEquals(1_789_000_000_123_456_789L, reader.nanos());
      assertEquals(PcapngWriter.RECEIVED, reader.direction());
      assertEquals(0, reader.dropped());
      assertArrayEquals(FRAME, reader.data().toArray(ValueLayout.JAVA_BYTE));
      assertTrue(reader.next());
      assertEquals(1, reader.interfaceId());
      assertEquals(60, reader.capturedLength());
      assertEquals(1500, reader.originalLength());
      assertEquals(PcapngWriter.SENT, reader.direction());
      assertEquals(7, reader.dropped());
      assertTrue(reader.next());
      assertEquals(0, reader.capturedLength());
      assertFalse(reader.next());
      assertFalse(reader.next());
      assertNull(reader.problem());
    }
  }

  @Test
  void aBlockIsWrittenWholeOrNotAtAll() {
    byte[] whole = written(false);
    for (int room = 0; room < 300; room++) {
      ByteBuffer out = ByteBuffer.allocate(room);
      PcapngWriter writer = new PcapngWriter(out);
      MemorySegment memory = MemorySegment.ofArray(FRAME);
      boolean done = writer.packet(0, 1, memory, 0, 61, 61, 1, 2, new byte[5]);
      assertEquals(done ? out.getInt(4) : 0, out.position());
      assertEquals(room >= PcapngWriter.packetLength(61, new byte[5]), done);
    }
    assertEquals(0, whole.length % 4);
  }

  @Test
  void aFileCutAnywhereEndsCleanly() throws IOException {
    byte[] whole = written(false);
    int packets = 0;
    for (int length = 0; length < whole.length; length++) {
      try (CaptureReader reader = reader(Arrays.copyOf(whole, length))) {
        int count = 0;
        while (reader.next()) {
          count++;
        }
        assertTrue(count >= packets);
        packets = count;
      }
    }
    assertEquals(3, packets);
  }

  @Test
  void anyByteMayBeWrong() throws IOException {
    Random random = new Random(9);
    byte[][] files = {written(false), pcap(ByteOrder.BIG_ENDIAN, 0xa1b2c3d4, 1)};
    try (PacketPool pool = new PacketPool(1)) {
      Packet packet = pool.acquire();
      for (int round = 0; round < 3000; round++) {
        byte[] file = files[round & 1].clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
          file[random.nextInt(file.length)] = (byte) random.nextInt();
        }
        try (CaptureReader reader = reader(file)) {
          for (int i = 0; i < 1000 && reader.next(); i++) {
            if (reader.read(packet)) {
              Parser.parse(packet);
            }
          }
        }
      }
    }
  }

  private static byte[] pcap(ByteOrder order, int magic, int linkType) {
    ByteBuffer out = ByteBuffer.allocate(24 + 2 * (16 + 61)).order(order);
    out.putInt(magic).putShort((short) 2).putShort((short) 4).putLong(0).putInt(65535);
    out.putInt(linkType);
    for (int i = 0; i < 2; i++) {
      out.putInt(1_789_000_000).putInt(999_999).putInt(61).putInt(61 + i).put(FRAME);
    }
    return out.array();
  }

  @ParameterizedTest
  @CsvSource({
    "true, a1b2c3d4, 1000",
    "false, a1b2c3d4, 1000",
    "true, a1b23c4d, 1",
    "false, a1b23c4d, 1"
  })
  void readsPcap(boolean bigEndian, String magic, int nanosPerUnit) throws IOException {
    ByteOrder order = bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    byte[] file = pcap(order, Integer.parseUnsignedInt(magic, 16), 1);
    try (CaptureReader reader = reader(file)) {
      for (int i = 0; i < 2; i++) {
        assertTrue(reader.next());
        assertEquals(1_789_000_000_000_000_000L + 999_999L * nanosPerUnit, reader.nanos());
        assertEquals(61 + i, reader.originalLength());
        assertArrayEquals(FRAME, reader.data().toArray(ValueLayout.JAVA_BYTE));
      }
      assertFalse(reader.next());
      assertNull(reader.problem());
    }
    try (CaptureReader reader = reader(Arrays.copyOf(file, file.length - 1))) {
      assertTrue(reader.next());
      assertFalse(reader.next());
      assertEquals("The capture file is cut off in a packet.", reader.problem());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffff, 4, has a block of 4294967295 bytes",
    "00000008, 4, has a block of 8 bytes",
    "0000001e, 4, has a block of 30 bytes",
    "00200000, 4, has a block of 2097152 bytes",
    "11111111, 8, has a section of unknown byte order",
    "0000001d, 24, has a block whose two lengths differ",
  })
  void namesWhatIsWrong(String value, int at, String problem) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(28);
    file.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putInt(0x10000).putLong(-1).putInt(28);
    file.putInt(at, Integer.parseUnsignedInt(value, 16));
    try (CaptureReader reader = reader(file.array())) {
      assertFalse(reader.next());
      assertEquals("The capture file " + problem + ".", reader.problem());
    }
  }

  @Test
  void bareIpGetsAnEthernetHeader() throws IOException {
    byte[] file = pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 101);
    file[40] = 0x60;
    try (PacketPool pool = new PacketPool(1);
        CaptureReader reader = reader(file)) {
      Packet packet = pool.acquire();
      assertTrue(reader.next());
      assertTrue(reader.read(packet));
      Parser.parse(packet);
      assertEquals(75, packet.length());
      assertEquals(0x86dd, packet.etherType());
      assertTrue(reader.next());
    }
    try (PacketPool pool = new PacketPool(1);
        CaptureReader reader = reader(pcap(ByteOrder.LITTLE_ENDIAN, 0xa1b2c3d4, 105))) {
      assertTrue(reader.next());
      assertFalse(reader.read(pool.acquire()), "IEEE 802.11 is no Ethernet");
      assertNotNull(reader.data());
    }
  }

  @Test
  void otherResolutionsBecomeNanoseconds() throws IOException {
    long[][] rows = {
      {6, 5_000_001, 5_000_001_000L},
      {9, 5, 5},
      {0, 7, 7_000_000_000L},
      {12, 5_000, 5},
      {0x80 | 10, 1536, 1_500_000_000L},
      {0x80 | 32, 3L << 31, 1_500_000_000L},
    };
    for (long[] row : rows) {
      ByteBuffer file = ByteBuffer.allocate(200);
      file.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putInt(0x10000).putLong(-1).putInt(28);
      file.putInt(1).putInt(32).putShort((short) 1).putShort((short) 0).putInt(0);
      file.putShort((short) 9).putShort((short) 1).put((byte) row[0]).put(new byte[3]);
      file.putInt(0).putInt(32);
      file.putInt(6).putInt(36).putInt(0).putInt((int) (row[1] >>> 32)).putInt((int) row[1]);
      file.putInt(2).putInt(2).putInt(0x11220000).putInt(36);
      try (CaptureReader reader = reader(Arrays.copyOf(file.array(), file.position()))) {
        assertTrue(reader.next());
        assertEquals(row[2], reader.nanos(), "resolution " + row[0]);
      }
    }
  }
}

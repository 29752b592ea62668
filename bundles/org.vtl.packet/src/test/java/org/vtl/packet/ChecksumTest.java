package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Incremental checksums against complete ones. */
class ChecksumTest {
  private static final int EDITS = 100_000;

  private final PacketPool pool = new PacketPool(2);
  private final Packet packet = pool.acquire();
  private final Packet other = pool.acquire();
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[2000]);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void sumsTheExampleOfRfc1071() {
    byte[] bytes = {
      0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, (byte) 0xf7
    };
    MemorySegment memory = MemorySegment.ofArray(bytes);
    assertEquals(0xddf2, Checksum.sum(memory, 0, 8));
    assertEquals(0x220d, Checksum.finish(Checksum.sum(memory, 0, 8)));
  }

  @Test
  void sumsEveryLengthAtEveryOffset() {
    byte[] bytes = new byte[600];
    new Random(1).nextBytes(bytes);
    MemorySegment memory = MemorySegment.ofArray(bytes);
    for (int from = 0; from < 8; from++) {
      for (int length = 0; length <= 590; length++) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
          sum += (bytes[from + i] & 0xff) << ((i & 1) == 0 ? 8 : 0);
        }
        assertEquals(Checksum.fold(sum), Checksum.sum(memory, from, length));
      }
    }
  }

  @Test
  void neverTurnsASumIntoNegativeZero() {
    // RFC 1624 section 4: with RFC 1141's equation this gives 0xffff.
    assertEquals(0x0000, Checksum.update(0xdd2f, Checksum.delta(0x5555, 0x3285)));
  }

  @Test
  void incrementalEqualsComplete() {
    List<byte[]> frames =
        TestFrames.frames().values().stream().filter(ChecksumTest::isWholeDatagram).toList();
    Random random = new Random(20261123);
    int edits = 0;
    while (edits < EDITS) {
      byte[] frame = frames.get(random.nextInt(frames.size()));
      TestFrames.load(packet, frame);
      boolean partial = packet.transportPresent && random.nextInt(3) == 0;
      boolean unsummed = packet.isUdp() && packet.udp().checksum() == 0;
      if (partial && !packet.isIcmp()) {
        makePartial();
      }
      int count = 1 + random.nextInt(8);
      for (int i = 0; i < count; i++) {
        edit(random);
      }
      edits += count;
      boolean keep = random.nextBoolean();
      if (keep && packet.checksumState() == ChecksumState.PARTIAL) {
        packet.seal(true);
        int field = packet.start() + packet.checksumStart() + packet.checksumOffset();
        assertEquals(
            new ChecksumLedger(packet).pseudoHeaderSum() % 0xffff,
            Bytes.u16(packet.memory(), field) % 0xffff);
      }
      packet.seal(false);
      TestFrames.load(other, TestFrames.bytes(packet));
      assertTrue(
          TestFrames.sumsRight(other), () -> "wrong sum after edits: " + PacketText.of(other));
      if (unsummed && !partial) {
        assertEquals(0, other.udp().checksum(), "a datagram without a sum got one");
      } else if (other.isUdp()) {
        assertTrue(other.udp().checksum() != 0, "a sum of zero says there is none");
      }
      completeAnew(unsummed && !partial);
    }
  }

  /** The same frame summed from scratch has the same bytes. */
  private void completeAnew(boolean unsummed) {
    byte[] incremental = TestFrames.bytes(other);
    if (!unsummed) {
      other.setChecksumState(ChecksumState.ABSENT);
      other.seal(false);
      assertArrayEquals(incremental, TestFrames.bytes(other));
    }
  }

  private static boolean isWholeDatagram(byte[] frame) {
    try (PacketPool one = new PacketPool(1)) {
      Packet packet = TestFrames.load(one.acquire(), frame);
      return packet.isIp() && !packet.isFragment();
    }
  }

  private void makePartial() {
    packet.setChecksumState(ChecksumState.ABSENT);
    packet.seal(true);
    assertEquals(ChecksumState.PARTIAL, packet.checksumState());
  }

  private void edit(Random random) {
    int value = edgy(random);
    switch (random.nextInt(9)) {
      case 0, 1 -> editNetwork(random, value);
      case 2, 3, 4 -> editTransport(random, value);
      case 5 -> {
        for (int i = 0; i < 40; i++) {
          Bytes.setU8(scratch, i, edgy(random));
        }
        int at = random.nextInt(packet.payloadLength() + 1);
        int removed = random.nextInt(packet.payloadLength() - at + 1);
        boolean quoted = packet.isIcmp() || packet.isIcmpv6();
        packet.replacePayload(at, quoted ? 0 : removed, scratch, 0, random.nextInt(40));
      }
      case 6 -> {
        int at = random.nextInt(packet.payloadLength() + 1);
        int count = random.nextInt(packet.payloadLength() - at + 1);
        Bytes.setU32(scratch, 0, value);
        packet.writePayload(at, scratch, 0, Math.min(count, 2000));
      }
      case 7 -> packet.truncatePayload(random.nextInt(packet.payloadLength() + 1));
      default -> {
        // A byte at any parity, as an option within the header would be.
        if (packet.isTcp() && packet.tcp().headerLength() > 20) {
          packet.editor.writeTransport16(packet.transport + 23 + random.nextInt(4), value);
          Parser.parse(packet);
        }
      }
    }
  }

  private void editNetwork(Random random, int value) {
    if (packet.isIpv4()) {
      switch (random.nextInt(6)) {
        case 0 -> packet.ipv4().setSource(value);
        case 1 -> packet.ipv4().setDestination(value);
        case 2 -> packet.ipv4().setTimeToLive(value & 0xff);
        case 3 -> packet.ipv4().setIdentification(value);
        case 4 -> packet.ipv4().setDscp(value);
        default -> packet.ipv4().setEcn(value);
      }
    } else {
      long high = (long) edgy(random) << 32 | value;
      switch (random.nextInt(3)) {
        case 0 -> packet.ipv6().setSource(high, edgy(random));
        case 1 -> packet.ipv6().setDestination(high, edgy(random));
        default -> packet.ipv6().setHopLimit(value);
      }
    }
  }

  private void editTransport(Random random, int value) {
    if (packet.isTcp()) {
      switch (random.nextInt(8)) {
        case 0 -> packet.tcp().setSourcePort(value);
        case 1 -> packet.tcp().setDestinationPort(value);
        case 2 -> packet.tcp().setSequenceNumber(value);
        case 3 -> packet.tcp().setAcknowledgmentNumber(value);
        case 4 -> packet.tcp().setFlags(value);
        case 5 -> packet.tcp().setWindow(value);
        case 6 -> packet.tcp().setTimestamps(value, edgy(random));
        default -> packet.tcp().eraseOption(TcpOption.TIMESTAMPS);
      }
    } else if (packet.isUdp()) {
      if (random.nextBoolean()) {
        packet.udp().setSourcePort(value);
      } else {
        packet.udp().setDestinationPort(value);
      }
    } else {
      packet.icmp().setIdentifier(value);
    }
  }

  /** Values near the ends of their range come often: there live the two zeros. */
  private static int edgy(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> -1;
      case 2 -> 0xffff;
      case 3 -> 0xffff_0000;
      default -> random.nextInt();
    };
  }

  /** A UDP sum of zero is sent as all ones, for zero says that there is none (RFC 768). */
  @Test
  void aSumOfZeroIsSentAsOnes() {
    PacketBuilder builder = new PacketBuilder();
    Bytes.setU16(scratch, 0, 0);
    builder.into(packet).ethernet(1, 2).ipv4(3, 4, 64).udp(5, 6).payload(scratch, 0, 2);
    builder.finish().seal(false);
    Bytes.setU16(scratch, 0, packet.udp().checksum());
    packet.writePayload(0, scratch, 0, 2);
    packet.seal(false);
    assertEquals(0xffff, packet.udp().checksum(), "incremental");
    assertTrue(TestFrames.sumsRight(packet));
    builder.into(packet).ethernet(1, 2).ipv4(3, 4, 64).udp(5, 6).payload(scratch, 0, 2);
    builder.finish().seal(false);
    assertEquals(0xffff, packet.udp().checksum(), "complete");
    packet.setChecksumState(ChecksumState.ABSENT);
    packet.seal(true);
    packet.seal(false);
    assertEquals(0xffff, packet.udp().checksum(), "completed");
  }

  @Test
  void aCorruptPacketStaysCorrupt() {
    byte[] frame = TestFrames.frame("tcp4-syn");
    frame[frame.length - 3] ^= 0x10;
    TestFrames.load(packet, frame);
    assertFalse(packet.isTransportChecksumRight());
    packet.tcp().setSourcePort(9);
    packet.ipv4().setSource(7);
    packet.seal(false);
    assertFalse(packet.isTransportChecksumRight());
  }
}

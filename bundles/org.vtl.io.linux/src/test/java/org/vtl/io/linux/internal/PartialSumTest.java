package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Bytes;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;

/** Partial checksums told from complete ones by their value. */
class PartialSumTest {
  private final PacketPool pool = new PacketPool(4);

  @AfterEach
  void free() {
    pool.close();
  }

  /** The frame as a sender with checksum offload leaves it, then as one without does. */
  private void assertFound(Packet packet) {
    Packet arrived = pool.acquire();
    // Left partial, the field holds the sum of the pseudo-header.
    packet.setChecksumState(ChecksumState.ABSENT);
    packet.seal(true);
    copy(packet, arrived);
    PartialSum.find(arrived);
    assertEquals(ChecksumState.PARTIAL, arrived.checksumState());
    Parser.parse(arrived);
    arrived.seal(false);
    assertTrue(arrived.isTransportChecksumRight());
    int completed = Bytes.u16(arrived.memory(), arrived.start() + offset(arrived));
    packet.seal(false);
    assertEquals(completed, Bytes.u16(packet.memory(), packet.start() + offset(packet)));
    copy(packet, arrived);
    PartialSum.find(arrived);
    assertEquals(ChecksumState.UNVERIFIED, arrived.checksumState());
  }

  private static int offset(Packet packet) {
    return packet.transportOffset() + (packet.isTcp() ? 16 : 6);
  }

  private static void copy(Packet from, Packet to) {
    to.memory()
        .asSlice(Packet.HEADROOM, from.length())
        .copyFrom(from.memory().asSlice(from.start(), from.length()));
    to.frame(Packet.HEADROOM, from.length());
  }

  @Test
  void tcp() {
    assertFound(Frames.tcp4(pool, 100, 0x10));
  }

  @Test
  void udp() {
    assertFound(Frames.udp4(pool, 101));
  }

  @Test
  void tcpOverIpv6() {
    assertFound(Frames.tcp6(pool, 1_000, 0x10));
  }

  @Test
  void behindAVlanTag() {
    Packet packet = Frames.tcp4(pool, 100, 0x10);
    packet.moveStart(4);
    packet
        .memory()
        .asSlice(packet.start(), 12)
        .copyFrom(packet.memory().asSlice(packet.start() + 4, 12));
    Bytes.setU32(packet.memory(), packet.start() + 12L, 0x8100_0005);
    Parser.parse(packet);
    assertFound(packet);
  }

  @Test
  void fragmentsAreLeftAlone() {
    Packet packet = Frames.udp4(pool, 100);
    packet.setChecksumState(ChecksumState.ABSENT);
    packet.seal(true);
    Bytes.setU16(packet.memory(), packet.start() + 20L, 0x2000);
    packet.frame(packet.start(), packet.length());
    PartialSum.find(packet);
    assertEquals(ChecksumState.UNVERIFIED, packet.checksumState());
  }

  @Test
  void anyBytesAreSurvived() {
    Random random = new Random(1);
    Packet packet = pool.acquire();
    Packet model = Frames.tcp6(pool, 60, 0x10);
    for (int i = 0; i < 200_000; i++) {
      int length = random.nextInt(model.length() + 1);
      copy(model, packet);
      for (int j = random.nextInt(8); j > 0; j--) {
        Bytes.setU8(packet.memory(), Packet.HEADROOM + random.nextInt(60), random.nextInt(256));
      }
      packet.frame(Packet.HEADROOM, length);
      PartialSum.find(packet);
    }
  }
}

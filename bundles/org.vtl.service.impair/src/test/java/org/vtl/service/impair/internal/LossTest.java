package org.vtl.service.impair.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.port.Offloads;
import org.vtl.testkit.Frames;
import org.vtl.testkit.PacketAssert;

/** Loss, repetition and damage, over many packets. */
class LossTest {
  private static final int MANY = 100_000;

  @Test
  void independentLossIsWithinItsBinomialBounds() {
    try (ImpairRig rig = new ImpairRig("outbound.loss.percent", 3)) {
      long lost = MANY - send(rig, MANY).stream().filter(arrived -> arrived).count();
      // Five standard deviations of a binomial distribution.
      assertEquals(0.03 * MANY, lost, 5 * Math.sqrt(MANY * 0.03 * 0.97));
      assertEquals(lost, rig.count("impair/lost"));
    }
  }

  @Test
  void badSpellsHaveTheirLengthAndTheirShare() {
    try (ImpairRig rig =
        new ImpairRig("outbound.burst.start.percent", 1, "outbound.burst.end.percent", 20)) {
      List<Boolean> fates = send(rig, MANY);
      long lost = 0;
      long spells = 0;
      for (int i = 0; i < MANY; i++) {
        if (!fates.get(i)) {
          lost++;
          spells += i == 0 || fates.get(i - 1) ? 1 : 0;
        }
      }
      // Share of the bad state: p / (p + r); mean length: 1 / r.
      assertEquals(0.01 / 0.21, (double) lost / MANY, 0.005);
      assertEquals(5, (double) lost / spells, 0.4);
    }
  }

  @Test
  void withoutLossNothingIsLost() {
    try (ImpairRig rig = new ImpairRig("outbound.duplicate.percent", 0.001)) {
      assertFalse(send(rig, 10_000).contains(false));
    }
  }

  @Test
  void duplicatesArriveTwiceAndAlike() {
    try (ImpairRig rig = new ImpairRig("outbound.duplicate.percent", 100)) {
      rig.send(9, 50);
      for (int i = 0; i < 2; i++) {
        assertTrue(rig.network.sent(rig.packet));
        PacketAssert.that(rig.packet).tcp().seq(9).payloadLength(50).checksumsRight();
      }
      assertFalse(rig.network.sent(rig.packet));
      assertEquals(1, rig.count("impair/duplicated"));
    }
  }

  @Test
  void aDelayedDuplicateIsDelayedToo() {
    try (ImpairRig rig =
        new ImpairRig("outbound.duplicate.percent", 100, "outbound.delay.ms", 10)) {
      rig.send(9, 50);
      assertEquals(0, rig.network.sentCount());
      assertEquals(2, rig.pass(12).size());
    }
  }

  @Test
  void damageMakesAChecksumWrongWhereverItStrikes() {
    try (ImpairRig rig = new ImpairRig("outbound.corrupt.percent", 100)) {
      for (int i = 0; i < 2_000; i++) {
        Frames frame =
            switch (i % 4) {
              case 0 -> Frames.tcp().seq(i).ack(1).payload(100);
              case 1 -> Frames.udp().payload(33);
              case 2 -> Frames.tcp().from("[fd00::1]:1").to("[fd00::2]:80").payload(77);
              default -> Frames.tcp().seq(i).ack(1).payload(100).partialChecksum();
            };
        rig.vm.deliver(frame.build(rig.packet));
        rig.engine.step();
        assertTrue(rig.network.sent(rig.packet));
        assertFalse(isSound(rig.packet), "packet " + i + " arrived sound");
      }
      assertEquals(2_000, rig.count("impair/corrupted"));
    }
  }

  /** What a receiver would accept: well formed, and every checksum right. */
  private static boolean isSound(Packet packet) {
    return packet.malformation() == null
        && (packet.isTcp() || packet.isUdp())
        && (!packet.isIpv4() || packet.ipv4().isChecksumRight())
        && !(packet.isUdp() && packet.isIpv4() && packet.udp().checksum() == 0)
        && packet.isTransportChecksumRight();
  }

  @Test
  void oneSegmentOfALargePacketIsDamagedAndTheOthersArriveSound() {
    try (ImpairRig rig = new ImpairRig("outbound.corrupt.percent", 100)) {
      rig.network.setOffloads(Offloads.ALL);
      rig.vm.deliver(
          Frames.tcp()
              .seq(1_000)
              .ack(1)
              .push()
              .payload(10_000)
              .segmentSize(1_448)
              .build(rig.packet));
      rig.engine.step();
      assertTrue(rig.network.sent(rig.packet));
      assertFalse(isSound(rig.packet));
      assertEquals(0, rig.packet.segmentSize());
      assertTrue(rig.network.sent(rig.packet));
      PacketAssert.that(rig.packet).tcp().seq(2_448).payloadLength(8_552).segmentSize(1_448);
      rig.packet.seal(false);
      PacketAssert.that(rig.packet).checksumsRight();
    }
  }

  /** Which of {@code count} packets arrive. */
  private static List<Boolean> send(ImpairRig rig, int count) {
    List<Boolean> fates = new ArrayList<>(count);
    Packet datagram = Frames.udp().payload(10).build(rig.packet);
    for (int i = 0; i < count; i++) {
      rig.vm.deliver(datagram);
      rig.engine.step();
      fates.add(rig.network.sentCount() > 0);
      rig.network.clear();
    }
    return fates;
  }
}

package org.vtl.service.impair.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.service.impair.internal.ImpairRig.MILLI;
import static org.vtl.service.impair.internal.ImpairRig.numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.service.impair.internal.ImpairRig.Arrival;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;

/** The rate over time, its queue, and what a packet costs. */
class RateTest {
  /** TCP over IPv4 without options, in bytes. */
  private static final int HEADERS = 54;

  @Test
  void theRateHoldsOverTime() {
    // 8 Mbit/s carry 1,000 bytes in a millisecond.
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 8)) {
      List<Arrival> arrivals = new ArrayList<>();
      int sent = 0;
      for (int i = 0; i < 2_000; i++) {
        rig.send(sent++, 1_000 - HEADERS);
        rig.send(sent++, 1_000 - HEADERS);
        arrivals.addAll(rig.pass(1));
      }
      double millis = 2_000;
      assertEquals(millis, arrivals.size(), 3);
      assertTrue(rig.count("impair/queue-full") > 0);
      List<Long> numbers = numbers(arrivals);
      assertEquals(numbers.stream().sorted().toList(), numbers);
    }
  }

  @Test
  void theWorkersOfALinkShareItsRate() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 8)) {
      rig.workers(3);
      int arrived = 0;
      for (int i = 0; i < 2_000; i++) {
        for (int host = 1; host <= 6; host++) {
          rig.vm.deliver(
              Frames.tcp()
                  .from("10.0.0." + host)
                  .to("10.9.0." + host)
                  .seq(i)
                  .payload(1_000 - HEADERS)
                  .build(rig.packet));
        }
        arrived += rig.pass(1).size();
      }
      assertEquals(2_000, arrived, 5);
      assertTrue(
          rig.engine.runtime().links().getFirst().workers().stream()
              .allMatch(worker -> worker.outboundPackets() >= 2_000));
    }
  }

  @Test
  void aPacketTakesItsTimeOnTheWire() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 0.8)) {
      rig.send(1, 1_000 - HEADERS); // 10 ms
      rig.send(2, 1_000 - HEADERS);
      List<Arrival> arrivals = rig.pass(30);
      assertEquals(10 * MILLI, arrivals.get(0).nanos(), MILLI);
      assertEquals(20 * MILLI, arrivals.get(1).nanos(), MILLI);
    }
  }

  @Test
  void aBurstPassesAtOnceAndTheRestAtTheRate() {
    try (ImpairRig rig =
        new ImpairRig("outbound.rate.mbit", 8, "outbound.rate.burst.bytes", 5_000)) {
      for (int i = 0; i < 10; i++) {
        rig.send(i, 1_000 - HEADERS);
      }
      assertEquals(5, rig.arrivals().size());
      assertEquals(LongStream.range(5, 10).boxed().toList(), numbers(rig.pass(7)));
    }
  }

  @Test
  void theQueueIsLimitedInBytes() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 8, "outbound.queue.bytes", 10_000)) {
      for (int i = 0; i < 30; i++) {
        rig.send(i, 1_000 - HEADERS);
      }
      assertEquals(20, rig.count("impair/queue-full"));
      assertEquals(LongStream.range(0, 10).boxed().toList(), numbers(rig.pass(12)));
    }
  }

  @Test
  void theQueueIsLimitedInPackets() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 8, "outbound.queue.packets", 4)) {
      for (int i = 0; i < 10; i++) {
        rig.send(i, 1_000 - HEADERS);
      }
      assertEquals(6, rig.count("impair/queue-full"));
      assertEquals(4, rig.pass(12).size());
    }
  }

  @Test
  void aLargePacketCountsTheHeadersOfItsSegmentsAndPassesWhole() {
    // 14,480 bytes in 10 segments: 10 * (1,448 + 54 + 24) bytes take 15.26 ms.
    try (ImpairRig rig =
        new ImpairRig(
            "outbound.rate.mbit", 8,
            "outbound.rate.overhead.bytes", 24,
            "outbound.queue.bytes", 1_500)) {
      rig.vm.deliver(
          Frames.tcp().seq(1).ack(1).payload(14_480).segmentSize(1_448).build(rig.packet));
      rig.engine.step();
      assertEquals(List.of(), rig.pass(15));
      List<Arrival> arrivals = rig.pass(3);
      assertEquals(1, arrivals.size());
      assertEquals(15.26 * MILLI, arrivals.getFirst().nanos(), MILLI);
    }
  }

  @Test
  void rateAndDelayAddUp() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 0.8, "outbound.delay.ms", 20)) {
      rig.send(1, 1_000 - HEADERS);
      assertEquals(30 * MILLI, rig.pass(40).getFirst().nanos(), MILLI);
    }
  }

  @Test
  void theQueueOutlivesAChangeOfTheRate() {
    try (ImpairRig rig = new ImpairRig("outbound.rate.mbit", 0.8)) {
      for (int i = 0; i < 5; i++) {
        rig.send(i, 1_000 - HEADERS);
      }
      rig.configure("outbound.rate.mbit", 8, "outbound.queue.packets", 2_000);
      rig.send(5, 1_000 - HEADERS);
      assertEquals(LongStream.range(0, 6).boxed().toList(), numbers(rig.pass(60)));
    }
  }

  @Test
  void allocatesNothingPerPacket() {
    try (ImpairRig rig =
            new ImpairRig(
                "outbound.delay.ms", 1,
                "outbound.jitter.ms", 1,
                "outbound.loss.percent", 5,
                "outbound.duplicate.percent", 5,
                "outbound.corrupt.percent", 5,
                "outbound.reorder.percent", 5,
                "outbound.rate.mbit", 1_000);
        PacketPool pool = new PacketPool(1)) {
      Packet segment = Frames.tcp().seq(1).ack(1).payload(1_000).build(pool.acquire());
      AllocationProbe.assertNone(
          100_000,
          () -> {
            rig.vm.deliver(segment);
            rig.clock.advance(MILLI / 8);
            rig.engine.step();
            rig.network.clear();
          });
    }
  }

  @Test
  void valuesOutOfRangeAreRefusedInOneSentence() {
    try (ImpairRig rig = new ImpairRig()) {
      assertEquals(
          "org.vtl.service.impair has outbound.loss.percent=120; give a number from 0 to 100.",
          assertThrows(
                  IllegalArgumentException.class, () -> rig.configure("outbound.loss.percent", 120))
              .getMessage());
      assertEquals(
          "org.vtl.service.impair has jitter.distribution=pareto; give uniform or normal.",
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      rig.service.configure(
                          Configuration.of(
                              ImpairConfig.class, Map.of("jitter.distribution", "pareto"))))
              .getMessage());
      rig.send(1, 1);
      assertEquals(1, rig.arrivals().size());
    }
  }
}

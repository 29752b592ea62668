package org.vtl.service.impair.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.vtl.service.impair.internal.ImpairRig.MILLI;
import static org.vtl.service.impair.internal.ImpairRig.numbers;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.vtl.service.impair.internal.ImpairRig.Arrival;
import org.vtl.testkit.Frames;

/** Delay, jitter, order and reordering on a virtual clock. */
class DelayTest {
  @Test
  void nothingConfiguredPassesInPlace() {
    try (ImpairRig rig = new ImpairRig()) {
      rig.send(7, 100);
      assertEquals(List.of(new Arrival(7, 0)), rig.arrivals());
      assertEquals(0, rig.count("impair/delayed"));
    }
  }

  @Test
  void leavesALinkWhereItHasNothingToDoAndComesBackWhenItHas() {
    try (ImpairRig rig = new ImpairRig()) {
      rig.send(1, 10);
      rig.send(2, 10);
      rig.vm.deliver(Frames.arpRequest().build(rig.packet));
      rig.engine.step();
      assertEquals(1, rig.seen(), "only the first packet, which told it of the link");
      rig.arrivals();
      rig.configure("outbound.delay.ms", 20);
      rig.send(3, 10);
      rig.configure("outbound.delay.ms", 0);
      rig.send(4, 10);
      assertEquals(List.of(), numbers(rig.pass(15)), "the old connection is delayed, in order");
      assertEquals(List.of(3L, 4L), numbers(rig.pass(7)));
      rig.send(5, 10);
      long seen = rig.seen();
      rig.send(6, 10);
      assertEquals(seen, rig.seen(), "left again once nothing is on the way");
    }
  }

  @Test
  void aPacketIsNeverEarlyAndAtMostOneMillisecondLate() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 50)) {
      rig.clock.advance(123_456);
      long sent = rig.now();
      rig.send(7, 100);
      List<Arrival> arrivals = rig.pass(60);
      assertEquals(1, arrivals.size());
      long took = arrivals.getFirst().nanos() - sent;
      assertTrue(took >= 50 * MILLI && took <= 51 * MILLI + MILLI / 4, took + " ns");
    }
  }

  @Test
  void eachDirectionHasItsOwnDelay() {
    try (ImpairRig rig = new ImpairRig("inbound.delay.ms", 20)) {
      rig.send(1, 0);
      assertEquals(1, rig.arrivals().size());
      rig.network.deliver(
          Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").seq(1).ack(1).build(rig.packet));
      rig.pass(19);
      assertEquals(0, rig.vm.sentCount());
      rig.pass(3);
      assertEquals(1, rig.vm.sentCount());
    }
  }

  @Test
  void everyKindOfPacketTravelsTheLine() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 10)) {
      rig.vm.deliver(Frames.arpRequest().build(rig.packet));
      rig.vm.deliver(Frames.udp().payload("x").build(rig.packet));
      rig.vm.deliver(Frames.echo(1, 1).build(rig.packet));
      rig.engine.step();
      assertEquals(0, rig.network.sentCount());
      for (int i = 0; i < 50; i++) {
        rig.clock.advance(MILLI / 4);
        rig.engine.step();
      }
      assertEquals(3, rig.network.sentCount());
    }
  }

  @Test
  void jitterStaysWithinItsBoundsAndKeepsTheOrder() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 50, "outbound.jitter.ms", 20)) {
      List<Arrival> arrivals = sendEachMillisecond(rig, 2_000);
      assertEquals(LongStream.range(0, 2_000).boxed().toList(), numbers(arrivals));
      long least = Long.MAX_VALUE;
      long most = 0;
      for (Arrival arrival : arrivals) {
        long took = arrival.nanos() - arrival.number() * MILLI;
        least = Math.min(least, took);
        most = Math.max(most, took);
      }
      assertTrue(least >= 30 * MILLI && most <= 72 * MILLI, least + " to " + most);
      assertTrue(most - least > 20 * MILLI, least + " to " + most);
    }
  }

  @Test
  void jitterReordersWhereItMay() {
    try (ImpairRig rig =
        new ImpairRig("outbound.delay.ms", 50, "outbound.jitter.ms", 20, "order.keep", false)) {
      List<Long> numbers = numbers(sendEachMillisecond(rig, 2_000));
      assertEquals(LongStream.range(0, 2_000).boxed().toList(), numbers.stream().sorted().toList());
      assertNotEquals(LongStream.range(0, 2_000).boxed().toList(), numbers);
    }
  }

  @Test
  void normalJitterHasItsStandardDeviation() {
    try (ImpairRig rig =
        new ImpairRig(
            "outbound.delay.ms",
            100,
            "outbound.jitter.ms",
            10,
            "jitter.distribution",
            "normal",
            "order.keep",
            false)) {
      List<Arrival> arrivals = sendEachMillisecond(rig, 5_000);
      double sum = 0;
      double squares = 0;
      for (Arrival arrival : arrivals) {
        double took = (arrival.nanos() - arrival.number() * MILLI) / 1e6;
        sum += took;
        squares += took * took;
      }
      double mean = sum / arrivals.size();
      double deviation = Math.sqrt(squares / arrivals.size() - mean * mean);
      // Timers add half a millisecond on average, and the test's steps up to a quarter.
      assertEquals(100.6, mean, 0.6);
      assertEquals(10, deviation, 0.5);
    }
  }

  @Test
  void reorderedPacketsAreOvertakenAndTheOthersKeepTheirOrder() {
    try (ImpairRig rig =
        new ImpairRig("outbound.reorder.percent", 10, "outbound.reorder.delay.ms", 5)) {
      List<Long> numbers = numbers(sendEachMillisecond(rig, 1_000));
      long late = 0;
      long highest = -1;
      for (long number : numbers) {
        if (number < highest) {
          late++;
        }
        highest = Math.max(highest, number);
      }
      assertEquals(1_000, numbers.stream().distinct().count());
      assertEquals(rig.count("impair/reordered"), late);
      assertTrue(late > 60 && late < 140, late + " were late");
    }
  }

  @Test
  void theSameSeedGivesTheSameFate() {
    List<Arrival> first = fate(5);
    assertEquals(first, fate(5));
    assertNotEquals(first, fate(6));
  }

  private static List<Arrival> fate(long seed) {
    try (ImpairRig rig =
        new ImpairRig(
            "seed",
            seed,
            "outbound.delay.ms",
            5,
            "outbound.jitter.ms",
            5,
            "outbound.loss.percent",
            10)) {
      return sendEachMillisecond(rig, 300);
    }
  }

  @Test
  void aChangedConfigurationLosesNothingAndKeepsTheOrder() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 50)) {
      for (int i = 0; i < 10; i++) {
        rig.send(i, 10);
      }
      rig.configure("outbound.delay.ms", 0, "hold.packets", 5_000);
      for (int i = 10; i < 20; i++) {
        rig.send(i, 10);
      }
      assertEquals(List.of(), rig.arrivals());
      List<Arrival> arrivals = rig.pass(52);
      assertEquals(LongStream.range(0, 20).boxed().toList(), numbers(arrivals));
      rig.send(20, 10);
      assertEquals(List.of(20L), numbers(rig.arrivals()));
    }
  }

  @Test
  void replacementUnderLoadLosesNothing() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 30)) {
      List<Arrival> arrivals = new ArrayList<>();
      int sent = 0;
      for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 40; i++) {
          rig.send(sent++, 10);
          arrivals.addAll(rig.pass(1));
        }
        Impair next = rig.add();
        rig.engine.removeService(rig.service);
        rig.service = next;
      }
      arrivals.addAll(rig.pass(40));
      assertEquals(
          LongStream.range(0, sent).boxed().toList(), numbers(arrivals).stream().sorted().toList());
    }
  }

  @Test
  void removalSendsOnWhatItHeld() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 60_000)) {
      for (int i = 0; i < 10; i++) {
        rig.send(i, 10);
      }
      rig.engine.removeService(rig.service);
      rig.engine.step();
      assertEquals(LongStream.range(0, 10).boxed().toList(), numbers(rig.arrivals()));
      assertTrue(rig.engine.runtime().services().isEmpty());
    }
  }

  @Test
  void morePacketsThanMayBeHeldAreDroppedAndCounted() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 10, "hold.packets", 10)) {
      for (int i = 0; i < 20; i++) {
        rig.send(i, 10);
      }
      int arrived = rig.pass(20).size();
      assertEquals(9, arrived);
      assertEquals(11, rig.count("impair/hold-full"));
      rig.send(20, 10);
      assertEquals(1, rig.pass(20).size());
    }
  }

  @Test
  void aConnectionThatEndsMeanwhileTakesNoOtherForItself() {
    try (ImpairRig rig = new ImpairRig("outbound.delay.ms", 5_000)) {
      rig.vm.deliver(Frames.tcp().seq(1).syn().build(rig.packet));
      rig.engine.step();
      rig.network.deliver(
          Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5555").ack(2).rst().build(rig.packet));
      rig.engine.step();
      rig.clock.advance(60_000 * MILLI);
      rig.engine.step();
      rig.engine.step();
      assertEquals(List.of(1L), numbers(rig.arrivals()));
      assertFalse(rig.engine.runtime().services().getFirst().failures() > 0);
    }
  }

  private static List<Arrival> sendEachMillisecond(ImpairRig rig, int count) {
    List<Arrival> arrivals = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rig.send(i, 10);
      arrivals.addAll(rig.pass(1));
    }
    arrivals.addAll(rig.pass(200));
    return arrivals;
  }
}

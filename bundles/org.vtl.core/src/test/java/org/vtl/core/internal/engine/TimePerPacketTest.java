package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.runtime.TimePerPacket;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;

/** How long services take for a packet, as the engine tells it, on a clock that they move. */
class TimePerPacketTest extends WithWorkers {
  private static final long SECOND = 1_000 * Rig.MILLI;

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  /** Takes so long for each packet. */
  private final class Worker implements PacketService {
    long nanos;

    Worker(long nanos) {
      this.nanos = nanos;
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      rig.clock.advance(nanos);
      return Verdict.CONTINUE;
    }
  }

  private TimePerPacket time(String service) {
    return rig.service(service).time();
  }

  /** So many packets of the VM, each by itself and long after the one before. */
  private void sendApart(int packets) {
    for (int i = 0; i < packets; i++) {
      rig.clock.advance(20 * Rig.MILLI);
      rig.fromVm(Rig.udp("x"));
    }
  }

  /** So many packets of the VM that arrive together. */
  private void sendTogether(int packets) {
    for (int i = 0; i < packets; i++) {
      rig.vm.deliver(Rig.udp("x").build(rig.frame));
    }
    rig.turn();
  }

  @Test
  void eachServiceHasItsOwn() {
    rig.add("quick", 100, new Worker(300));
    rig.add("slow", 200, new Worker(7_000));
    assertEquals(TimePerPacket.NONE, time("quick"));
    sendApart(10);
    assertEquals(10, time("quick").measured());
    assertEquals(3_000, time("quick").measuredNanos());
    assertEquals(300, time("quick").meanNanos());
    assertEquals(10, time("slow").measured());
    assertEquals(7_000, time("slow").meanNanos());
  }

  @Test
  void ofManyPacketsSomeAreMeasured() {
    rig.add("one", 100, new Worker(300));
    sendTogether(10);
    rig.clock.advance(9 * Rig.MILLI);
    sendTogether(10);
    assertEquals(10, time("one").measured());
    rig.clock.advance(Rig.MILLI);
    sendTogether(10);
    assertEquals(20, time("one").measured());
    assertEquals(30, rig.service("one").packets());
  }

  @Test
  void measuringTakesNoMoreThanAHundredthOfTheTime() {
    rig.add("one", 100, new Worker(Rig.MILLI));
    sendTogether(1);
    rig.clock.advance(99 * Rig.MILLI);
    sendTogether(1);
    assertEquals(1, time("one").measured());
    rig.clock.advance(Rig.MILLI);
    sendTogether(1);
    assertEquals(2, time("one").measured());
  }

  @Test
  void ofAHundredPacketsTheSlowestIsLeftOut() {
    Worker worker = rig.add("one", 100, new Worker(1_000));
    sendApart(98);
    worker.nanos = 50_000;
    sendApart(1);
    worker.nanos = 2_000_000;
    sendApart(1);
    long p99 = time("one").p99Nanos();
    assertTrue(p99 >= 50_000 && p99 <= 50_000 * 9 / 8, "p99 " + p99);
    assertEquals((98 * 1_000 + 50_000 + 2_000_000) / 100, time("one").meanNanos());
  }

  @Test
  void whatWasSlowLongAgoIsForgotten() {
    Worker worker = rig.add("one", 100, new Worker(100_000));
    sendApart(10);
    rig.clock.advance(65 * SECOND); // an odd number of periods: both are kept
    assertEquals(100_000, time("one").meanNanos(), "the last packets there were");
    worker.nanos = 100;
    sendApart(10);
    TimePerPacket time = time("one");
    assertEquals(100, time.meanNanos());
    assertTrue(time.p99Nanos() >= 100 && time.p99Nanos() < 113, time.toString());
    assertEquals(20, time.measured());
    assertEquals(1_001_000, time.measuredNanos());
  }

  @Test
  void aServiceThatOnlyThrowsHasNone() {
    PacketService thrower =
        (packet, connection) -> {
          throw new IllegalStateException("on purpose");
        };
    rig.add("thrower", 100, thrower);
    sendApart(2);
    assertEquals(2, rig.service("thrower").failures());
    assertEquals(TimePerPacket.NONE, time("thrower"));
  }

  @Test
  void lanesAreCountedTogetherButNotWhatOneMeasuredLongAgo() {
    CallTimes one = new CallTimes();
    CallTimes other = new CallTimes();
    one.add(6 * SECOND, 40_000);
    other.add(100 * SECOND, 100);
    one.add(101 * SECOND, 300);
    TimePerPacket both = CallTimes.together(List.of(one, other));
    assertEquals(3, both.measured());
    assertEquals(40_400, both.measuredNanos());
    assertEquals(200, both.meanNanos());
    assertEquals(CallTimes.together(List.of(one)).p99Nanos(), both.p99Nanos());
  }

  @Test
  void noTimeIsTooLongOrShortToBeCounted() {
    for (long nanos = 0; nanos < Long.MAX_VALUE / 10; nanos = nanos * 9 / 8 + 1) {
      CallTimes times = new CallTimes();
      times.add(SECOND, nanos);
      long p99 = CallTimes.together(List.of(times)).p99Nanos();
      if (nanos < 1L << 36) {
        assertTrue(p99 >= nanos && p99 <= nanos + nanos / 8, nanos + " as " + p99);
      } else {
        assertEquals((1L << 36) - 1, p99);
      }
    }
  }
}

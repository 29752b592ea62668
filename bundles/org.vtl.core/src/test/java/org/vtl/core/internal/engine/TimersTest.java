package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;

/** Timers of services: when they fire, and when not any more. */
class TimersTest extends WithWorkers {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aTimerFiresOnceAndNeverEarly() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    long asked = rig.clock.nanos();
    long delay = 2_500_000;
    ticker.start(delay, 7);
    rig.pass(2);
    assertEquals(List.of(), ticker.tokens);
    rig.pass(2);
    assertEquals(List.of(7L), ticker.tokens);
    assertTrue(ticker.firedNanos - asked >= delay);
    rig.pass(10_000);
    assertEquals(List.of(7L), ticker.tokens);
  }

  @Test
  void timersFireInOrderAlsoOverManyTurnsOfTheWheel() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    ticker.start(20_000 * Rig.MILLI, 3);
    ticker.start(10 * Rig.MILLI, 1);
    ticker.start(5_000 * Rig.MILLI, 2);
    long cancelled = ticker.start(8_000 * Rig.MILLI, 9);
    ticker.context.timers().cancel(cancelled);
    ticker.context.timers().cancel(Timers.NONE);
    rig.pass(19_999);
    assertEquals(List.of(1L, 2L), ticker.tokens);
    rig.pass(2);
    assertEquals(List.of(1L, 2L, 3L), ticker.tokens);
    rig.clock.advance(3_600_000 * Rig.MILLI);
    rig.turn();
    assertEquals(3, ticker.tokens.size());
  }

  @Test
  void aTimerOfCenturiesDoesNotFireAtOnce() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    rig.clock.advance(1_000 * Rig.MILLI);
    ticker.start(Long.MAX_VALUE, 1);
    ticker.context.timers().cancel(Long.MIN_VALUE | Integer.MIN_VALUE & 0xffff_ffffL);
    rig.pass(20);
    assertEquals(List.of(), ticker.tokens);
  }

  @Test
  void timersEndWithTheirConnectionAndTheirService() {
    Ticker ticker = rig.add("ticker", 200, new Ticker());
    rig.fromVm(Rig.udp("x"));
    ticker.start(60_000 * Rig.MILLI, 1);
    rig.pass(30_001); // UDP without an answer is forgotten after 30 s
    assertEquals(0, rig.connections("").size());
    rig.pass(40_000);
    assertEquals(List.of(), ticker.tokens);
    rig.fromVm(Rig.udp("x"));
    ticker.start(5 * Rig.MILLI, 2);
    rig.engine.removeService(ticker);
    rig.pass(10);
    assertEquals(List.of(), ticker.tokens);
  }

  private static final class Ticker extends Rig.Taking implements TimerListener {
    private final List<Long> tokens = new ArrayList<>();
    private Connection of;
    private long firedNanos;

    @Override
    public Verdict process(Packet packet, Connection connection) {
      of = connection;
      return Verdict.CONTINUE;
    }

    long start(long delayNanos, long token) {
      return context.timers().start(of, delayNanos, token);
    }

    @Override
    public void timerExpired(Connection connection, long token) {
      tokens.add(token);
      firedNanos = context.nanoTime();
    }
  }
}

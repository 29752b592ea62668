package org.vtl.tcp.internal.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.connection.TcpState;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * Two endpoints over paths that lose, reorder, double and delay: what one wrote the other reads,
 * byte for byte, and both end.
 */
class TransferTest {
  private static final long SECOND = 1_000_000_000L;
  private static final String[] CONTROLS = {"cubic", "reno", "bbr"};
  private static final int SPLITS = 200;
  private static final int MOST_STEPS = 3_000_000;

  private final ChunkPool pool = new ChunkPool(64 << 20);
  private SimulatedPath path;
  private SimulatedEnd a;
  private SimulatedEnd b;

  private void begin(long seed) {
    path = new SimulatedPath(seed);
    a = new SimulatedEnd(path, 2 * seed);
    b = new SimulatedEnd(path, 2 * seed + 1);
    path.join(a, b);
    b.listening = true;
  }

  private void open() {
    a.open(pool, 4 << 20, 64 << 10);
    b.open(pool, 4 << 20, 64 << 10);
  }

  @AfterEach
  void close() {
    if (path != null) {
      finish();
    }
    assertEquals(0, pool.used(), "memory is left in use");
    pool.close();
  }

  private void finish() {
    a.close();
    b.close();
    assertEquals(Long.MAX_VALUE, a.endpoint.nextDeadline());
    assertEquals(Long.MAX_VALUE, b.endpoint.nextDeadline());
    path.close();
    path = null;
  }

  private void run(String what) {
    int steps = 0;
    while (path.step()) {
      assertTrue(++steps < MOST_STEPS, () -> what + " does not end: " + describe());
    }
  }

  private String describe() {
    return a.endpoint.state()
        + " "
        + a.closing
        + " wrote "
        + a.writtenBytes
        + " read "
        + a.readBytes
        + ", "
        + b.endpoint.state()
        + " "
        + b.closing
        + " wrote "
        + b.writtenBytes
        + " read "
        + b.readBytes
        + " at "
        + path.now() / 1e9;
  }

  private void assertAllRead(String what) {
    assertEquals(a.toWrite, b.readBytes, () -> what + ": " + describe());
    assertEquals(b.toWrite, a.readBytes, () -> what + ": " + describe());
    assertEquals(Closing.FINISHED, a.closing, () -> what + ": " + describe());
    assertEquals(Closing.FINISHED, b.closing, () -> what + ": " + describe());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1000, 100_000, 5_000_000})
  void bothWays(int bytes) {
    begin(1);
    a.toWrite = bytes;
    b.toWrite = bytes / 2;
    open();
    a.connect();
    run("a clean path");
    assertAllRead("a clean path");
    assertEquals(0, a.endpoint.retransmittedBytes());
    assertEquals(0, b.endpoint.retransmittedBytes());
  }

  /** Sequence numbers pass 0 and 2^31, timestamps pass both in the midst of the transfer. */
  @ParameterizedTest
  @ValueSource(ints = {0, Integer.MIN_VALUE})
  void numbersWrap(int wrap) {
    begin(8);
    path.loss = 0.02;
    path.reordering = 0.05;
    a.toWrite = 2_000_000;
    b.toWrite = 1_000_000;
    for (SimulatedEnd end : new SimulatedEnd[] {a, b}) {
      end.initialSequence = wrap - 300_000;
      end.settings.timestampOffset = wrap - 1_300; // the clock begins at 1,000 ms
    }
    open();
    a.connect();
    run("a wrap");
    assertAllRead("a wrap");
    assertTrue(a.endpoint.sendNext() - wrap > 0 && a.endpoint.timestamp(path.now()) - wrap > 0);
  }

  @Test
  void bothOpenAtOnce() { // RFC 9293 section 3.5, figure 7
    begin(2);
    b.listening = false;
    a.toWrite = 10_000;
    b.toWrite = 20_000;
    open();
    a.connect();
    b.connect();
    run("both open");
    assertAllRead("both open");
  }

  @Test
  void bothFinishAtOnce() { // RFC 9293 section 3.6, figure 13
    begin(3);
    b.listening = false;
    open();
    a.connect();
    b.connect();
    while (a.endpoint.state() != TcpState.CLOSING && path.step()) {}
    assertEquals(TcpState.CLOSING, a.endpoint.state());
    run("both finish");
    assertAllRead("both finish");
  }

  @Test
  void theWindowGrowsUntilItIsNotWhatLimits() {
    begin(4);
    path.delayNanos = 50 * SimulatedPath.MILLISECOND;
    path.rate = 200_000_000;
    path.queue = 4 << 20;
    a.toWrite = 50_000_000;
    open();
    a.connect();
    run("a long path");
    assertAllRead("a long path");
    // 2 s at the path's rate; with 64 KiB in each round trip it would be 76.
    double seconds = (path.now() - SECOND - b.settings.timeWaitNanos) / 1e9;
    assertTrue(seconds < 6, "took " + seconds + " s");
  }

  @Test
  void aReaderThatIsSlowClosesTheWindow() {
    begin(5);
    a.toWrite = 2_000_000;
    b.readAtOnce = 10_000;
    b.readEveryNanos = 20 * SimulatedPath.MILLISECOND;
    open();
    a.connect();
    run("a slow reader");
    assertAllRead("a slow reader");
    assertEquals(0, b.endpoint.droppedBytes());
  }

  @Test
  void withoutMemoryItIsSlowerAndNothingElse() {
    begin(7);
    a.toWrite = 1_000_000;
    b.readAtOnce = 20_000;
    try (ChunkPool little = new ChunkPool(3 * ChunkPool.CHUNK)) {
      a.open(pool, 4 << 20, 64 << 10);
      b.open(little, 4 << 20, 64 << 10);
      a.connect();
      run("little memory");
      assertAllRead("little memory");
      assertTrue(b.endpoint.droppedBytes() > 0, "there was memory enough");
      b.close();
      assertEquals(0, little.used());
    }
  }

  @Test
  void congestionMarksAreEchoedAndHeeded() { // RFC 3168
    begin(6);
    path.marking = 0.01;
    a.toWrite = 3_000_000;
    open();
    a.connect();
    run("a marking path");
    assertAllRead("a marking path");
    assertEquals(0, a.endpoint.retransmittedBytes());
  }

  /** Everything at random. */
  @ParameterizedTest
  @ValueSource(longs = {0, 100, 200, 300})
  void anyPath(long first) {
    for (long seed = first; seed < first + 100; seed++) {
      boolean aborts = draw(seed, 0);
      String what = "seed " + seed;
      a.connect();
      if (!b.listening) {
        b.connect();
      }
      run(what);
      if (!aborts) {
        assertAllRead(what);
      } else {
        assertNotNull(a.closing, () -> what + ": " + describe());
        // One that aborted before its SYN arrived leaves nothing behind.
        assertTrue(b.closing != null || b.listening, () -> what + ": " + describe());
        assertTrue(b.readBytes <= a.writtenBytes && a.readBytes <= b.writtenBytes, what);
      }
      finish();
      assertEquals(0, pool.used(), what);
    }
  }

  /** In the midst of it two endpoints take the ends' places, with data on its way. */
  @Test
  void anyPathIsSplitInItsMidst() {
    long inserted = 0;
    long inFlight = 0;
    int halfClosed = 0;
    for (long seed = 0; seed < SPLITS; seed++) {
      boolean aborts = draw(seed, 200_000);
      String what = "seed " + seed;
      SimulatedSplit split = new SimulatedSplit(path, pool);
      path.middle = split;
      split.insertAt = path.now() + (seed % 40) * 50 * SimulatedPath.MILLISECOND;
      b.listening = true;
      a.connect();
      run(what);
      if (!aborts) {
        assertAllRead(what);
      }
      inserted += split.inserted ? 1 : 0;
      inFlight += split.inFlight;
      halfClosed += split.halfClosed ? 1 : 0;
      split.close();
      finish();
      assertEquals(0, pool.used(), what);
    }
    assertTrue(halfClosed > SPLITS / 20, halfClosed + " were half-closed");
    assertTrue(inserted > SPLITS / 2 && inFlight > SPLITS * 4_000L, inserted + ", " + inFlight);
  }

  private boolean draw(long seed, int least) {
    begin(seed);
    SplittableRandom random = new SplittableRandom(seed);
    path.loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.1;
    path.reordering = random.nextInt(2) == 0 ? 0 : random.nextDouble() * 0.2;
    path.duplication = random.nextInt(3) == 0 ? random.nextDouble() * 0.1 : 0;
    path.marking = random.nextInt(4) == 0 ? random.nextDouble() * 0.1 : 0;
    path.starvation = random.nextInt(4) == 0 ? random.nextDouble() * 0.2 : 0;
    path.delayNanos = (1 + random.nextInt(150)) * SimulatedPath.MILLISECOND;
    path.jitterNanos = random.nextInt(2) == 0 ? 0 : random.nextLong(path.delayNanos);
    path.rate = random.nextInt(2) == 0 ? 0 : 1_000_000L << random.nextInt(8);
    path.offloads = random.nextBoolean();
    b.listening = random.nextInt(8) != 0;
    for (SimulatedEnd end : new SimulatedEnd[] {a, b}) {
      end.toWrite = least + random.nextInt(1 << random.nextInt(1, 20));
      end.offload = random.nextBoolean() ? 64_000 : 0;
      end.readAtOnce = random.nextInt(4) == 0 ? 1 + random.nextInt(50_000) : 0;
      end.settings.sack = random.nextInt(4) != 0;
      end.settings.timestamps = random.nextInt(4) != 0;
      end.settings.ecn = random.nextBoolean();
      end.settings.windowScale = random.nextInt(-1, 15);
      end.settings.maximumSegmentSize = random.nextInt(3) == 0 ? 100 + random.nextInt(1300) : 1460;
      end.settings.send = end.settings.send.withNagle(random.nextBoolean());
      end.settings.send = end.settings.send.withPaced(random.nextBoolean());
      end.settings.control = CongestionControls.named(CONTROLS[random.nextInt(3)]);
      // An end that missed the RST of one that aborted asks, and hears it then.
      end.settings.keepAliveNanos = 100 * SECOND;
    }
    boolean aborts = random.nextInt(5) == 0;
    if (aborts) {
      a.abortAt = path.now() + random.nextLong(3 * SECOND);
    }
    open();
    return aborts;
  }
}

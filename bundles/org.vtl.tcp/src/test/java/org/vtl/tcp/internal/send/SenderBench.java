package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.CongestionControl;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * A sender with the other end in a test's hand. What was sent is written {@code "0:1000!PF"}: first
 * offset, behind the last, {@code !} for sent again, P, F and C for PSH, FIN and CWR.
 */
final class SenderBench implements Transmission {
  static final long MS = 1_000_000L;
  static final long HANDSHAKE = 100 * MS;
  static final int SEGMENT = 1_000;

  private static final ChunkPool POOL = new ChunkPool(1 << 20);

  final Sender sender = new Sender();
  final ByteStream stream = new ByteStream();
  final Acknowledgment acknowledgment = new Acknowledgment();
  SendSettings settings = SendSettings.DEFAULT.withPaced(false);
  FixedWindow fixed;
  CongestionControl control;
  long now = 1_000 * MS;
  long window = 1 << 20;
  boolean sack = true;
  boolean timestamps;
  boolean ecn;
  boolean echoing;
  int echo;
  int largest = SEGMENT;
  int firstSequence = -2_000;
  int packets = Integer.MAX_VALUE;
  int lastFlags;
  boolean silent;
  private final StringBuilder log = new StringBuilder();

  /** A hundred milliseconds of handshake, and a congestion window of so many segments. */
  void establish(int segments) {
    stream.clear();
    stream.begin(POOL.share(), 1L << 40, 1L << 20);
    fixed = new FixedWindow((long) segments * SEGMENT);
    CongestionControl chosen = control == null ? fixed : control;
    sender.begin(this, stream, chosen, settings);
    sender.establish(firstSequence, 0, SEGMENT, sack, timestamps, ecn, window, HANDSHAKE, now);
  }

  int number(long offset) {
    return firstSequence + (int) offset;
  }

  void write(long bytes) {
    stream.advance(stream.end() + bytes);
    sender.send(now);
  }

  void finish() {
    stream.finish();
    sender.send(now);
  }

  /** The other end acknowledges up to {@code offset}, and the blocks of SACK that follow. */
  void acknowledge(long offset, long... blocks) {
    acknowledgment.clear();
    acknowledgment.number = number(offset);
    for (int i = 0; i < blocks.length; i += 2) {
      block(blocks[i], blocks[i + 1]);
    }
    deliver();
  }

  private void block(long left, long right) {
    acknowledgment.left[acknowledgment.blocks] = number(left);
    acknowledgment.right[acknowledgment.blocks++] = number(right);
  }

  void acknowledgeNumber(int number) {
    acknowledgment.clear();
    acknowledgment.number = number;
    deliver();
  }

  private void deliver() {
    acknowledgment.window = window;
    acknowledgment.updatesWindow = true;
    acknowledgment.congestionEcho = echoing;
    acknowledgment.hasTimestamp = timestamps && echo != 0;
    acknowledgment.timestampEcho = echo;
    sender.acknowledged(acknowledgment, now);
    sender.send(now);
  }

  /** Lets time pass; timers are a millisecond coarse. */
  void runFor(long millis) {
    long until = now + millis * MS;
    while (sender.nextDeadline() <= until) {
      now = Math.max(now + MS, (sender.nextDeadline() + MS - 1) / MS * MS);
      if (now > until) {
        break;
      }
      sender.expire(now);
    }
    now = until;
  }

  /** Lets time pass until the sender wants to be called, and calls it. */
  void expire() {
    now = Math.max(now, sender.nextDeadline());
    sender.expire(now);
  }

  /** Asserts what was sent since the last question. */
  void sent(String expected) {
    assertEquals(expected, take());
  }

  void sentBegins(String expected) {
    String sent = take();
    assertTrue(sent.startsWith(expected), sent);
  }

  String take() {
    String text = log.toString().trim();
    log.setLength(0);
    return text;
  }

  @Override
  public boolean transmit(
      long offset, int length, int segmentSize, int flags, boolean again, long now) {
    if (packets == 0) {
      return false;
    }
    packets--;
    assertTrue(length <= Math.max(largest, segmentSize) && length >= 0);
    assertTrue(offset + length <= stream.end());
    assertTrue(length > 0 || (flags & TcpHeader.FIN) != 0);
    lastFlags = flags;
    if (!silent && log.length() < 10_000) {
      log.append(offset).append(':').append(offset + length).append(again ? "!" : "");
      log.append((flags & TcpHeader.PSH) != 0 ? "P" : "");
      log.append((flags & TcpHeader.FIN) != 0 ? "F" : "");
      log.append((flags & TcpHeader.CWR) != 0 ? "C" : "").append(' ');
    }
    return true;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return largest;
  }

  @Override
  public int timestamp(long time) {
    return (int) (time / MS) + 5;
  }
}

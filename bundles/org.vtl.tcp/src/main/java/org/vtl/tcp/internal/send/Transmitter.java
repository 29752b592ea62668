package org.vtl.tcp.internal.send;

import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Chooses what is sent next, and how much at once: lost data before new ones, in whole segments, as
 * far as the congestion window, the other end's window and the pace allow.
 */
final class Transmitter {
  /** What {@link #send} ended with. */
  enum Outcome {
    /** Nothing is left to be sent. */
    ALL,
    /** The congestion window is full. */
    CONGESTION,
    /** The other end's window is. */
    WINDOW,
    /** It is too early: see {@link Pacer#opensAt}. */
    PACE,
    /** No packet was free. */
    PACKETS,
    /** Nagle's algorithm, or no record is free: an acknowledgment changes that. */
    WAIT
  }

  /** Records that segments of any size may have. */
  private static final int FREE_RECORDS = 240;

  /**
   * Bytes that each further one must be worth: the stream's memory is counted, that of records is
   * not, and is bounded by it. Else a writer of single bytes takes a hundred times what it holds.
   */
  private static final int WORTH = 64;

  private final SendVariables variables;
  private final SentRanges ranges;
  private final Recovery recovery;
  private final Pacer pacer;
  private final RateSampler sampler;

  private Transmission out;
  private ByteStream stream;
  private boolean nagle;
  private int reserve; // records that new data leave to the cutting of ranges
  private boolean ecn;
  private boolean firstAgain;
  private long sentBytes;
  private long resentBytes;

  Transmitter(
      SendVariables variables,
      SentRanges ranges,
      Recovery recovery,
      Pacer pacer,
      RateSampler sampler) {
    this.variables = variables;
    this.ranges = ranges;
    this.recovery = recovery;
    this.pacer = pacer;
    this.sampler = sampler;
  }

  void begin(Transmission out, ByteStream stream, SendSettings settings) {
    this.out = out;
    this.stream = stream;
    nagle = settings.nagle();
    reserve = settings.mostRanges() / 4;
    firstAgain = false;
    sentBytes = 0;
    resentBytes = 0;
  }

  void establish(boolean ecn) {
    this.ecn = ecn;
  }

  /** Behind the last number there is to send: the FIN's, of a finished stream. */
  long end() {
    return stream.isFinished() ? stream.end() + 1 : stream.end();
  }

  /** Whether there is something new that the other end's window lets go. */
  boolean hasNew() {
    return variables.next < end() && variables.next < variables.edge;
  }

  /** Whether there is a record for new data; what waits for one goes together. */
  private boolean hasRecord() {
    return ranges.room() >= reserve
        && ranges.used() < FREE_RECORDS + variables.outstanding() / WORTH;
  }

  /** Sends what may be sent. */
  Outcome send(long now) {
    Outcome outcome = null;
    boolean newFirst = recovery.newFirst();
    while (outcome == null) {
      int lost = ranges.lost();
      if (!pacer.mayOpen(now)) {
        outcome = Outcome.PACE;
      } else if (lost != SentRanges.NONE && !newFirst) {
        outcome = sendLost(lost, now);
      } else {
        outcome = sendNew(now);
        if (newFirst && outcome != null && outcome != Outcome.PACE) {
          boolean sent = variables.next > recovery.point();
          recovery.triedNew(sent);
          newFirst = false;
          outcome = sent || lost == SentRanges.NONE ? outcome : null;
        }
      }
    }
    return outcome;
  }

  private Outcome sendLost(int range, long now) {
    long start = ranges.start(range);
    int segment = variables.segmentSize;
    long length = Math.min(ranges.end(range) - start, pacer.burst(segment, largest()));
    if (start + Math.min(length, segment) > variables.edge) {
      return Outcome.WINDOW;
    }
    length = Math.min(length, variables.edge - start);
    long inFlight = recovery.inFlight();
    long room = recovery.window() - inFlight;
    if (room < length) {
      length = room >= segment ? room / segment * segment : Math.min(length, segment);
      if (room < length && inFlight > 0) {
        return Outcome.CONGESTION;
      }
    }
    return resend(range, length, now);
  }

  /** Sends the first bytes again, one segment at most, whatever any window says: a timeout. */
  Outcome sendFirst(long now) {
    int range = ranges.first();
    return resend(
        range, Math.min(ranges.end(range) - ranges.start(range), variables.segmentSize), now);
  }

  /** Sends the first {@code length} bytes of {@code range}, or all if it cannot be cut. */
  private Outcome resend(int range, long length, long now) {
    long start = ranges.start(range);
    long end = ranges.end(range);
    if (start + length < end) {
      if (ranges.room() == 0) {
        return Outcome.WAIT;
      }
      range = ranges.cut(range, start + length);
      end = start + length;
    }
    if (!transmit(start, end, true, now)) {
      return Outcome.PACKETS;
    }
    long inFlight = recovery.inFlight();
    if (ranges.state(range) == SentRanges.IN_FLIGHT) {
      inFlight -= end - start;
    }
    ranges.resent(range, variables.segmentSize, now);
    firstAgain |= start == variables.unacknowledged;
    sampler.sent(range, inFlight, now);
    count(start, end, true, now);
    return null;
  }

  private Outcome sendNew(long now) {
    long next = variables.next;
    long available = stream.end() - next;
    if (end() <= next) {
      return Outcome.ALL;
    }
    if (!hasRecord()) {
      return Outcome.WAIT;
    }
    int segment = variables.segmentSize;
    long length = Math.min(available, pacer.burst(segment, largest()));
    long usable = variables.edge - next;
    if (usable < length || usable <= 0) {
      length = usable / segment * segment;
      if (length <= 0) {
        // RFC 9293 section 3.8.6.2.1: no small segment, but where the window was never greater
        if (usable <= 0 || usable * 2 < variables.largestWindow) {
          return Outcome.WINDOW;
        }
        length = usable;
      }
    }
    long inFlight = recovery.inFlight();
    long room = recovery.window() - inFlight;
    if (room < length) {
      length = room >= segment ? room / segment * segment : Math.min(length, segment);
      if (room < length && inFlight > 0) {
        return Outcome.CONGESTION;
      }
    } else if (room <= 0 && inFlight > 0) {
      return Outcome.CONGESTION; // a FIN alone
    }
    if (nagle && length == available && !stream.isFinished() && variables.outstanding() > 0) {
      length -= length % segment;
      if (length == 0) {
        return Outcome.WAIT;
      }
    }
    return sendNew(length, now);
  }

  /** Sends {@code length} new bytes, and the FIN if they are the last. */
  private Outcome sendNew(long length, long now) {
    long start = variables.next;
    long end = start + length;
    if (end == stream.end() && stream.isFinished() && end < variables.edge) {
      end++;
    }
    if (end == start) {
      return Outcome.WINDOW; // a FIN alone, and no window for it
    }
    boolean again = start < variables.highest;
    if (!transmit(start, end, again, now)) {
      return Outcome.PACKETS;
    }
    long inFlight = recovery.inFlight();
    int range = ranges.append(start, end, variables.segmentSize, again, now);
    sampler.sent(range, inFlight, now);
    variables.next = end;
    variables.highest = Math.max(variables.highest, end);
    count(start, end, again, now);
    return null;
  }

  /** Sends what the other end's window takes, however little. */
  void sendLittle(long now) {
    if (hasNew() && hasRecord()) {
      long usable = Math.min(variables.edge - variables.next, variables.segmentSize);
      sendNew(Math.min(usable, stream.end() - variables.next), now);
    }
  }

  /** Sends one segment of new data beyond the congestion window, or else the last one again. */
  boolean probeTail(long now) {
    int segment = variables.segmentSize;
    long length = Math.min(stream.end() - variables.next, segment);
    if (hasNew() && variables.next + length <= variables.edge && hasRecord()) {
      sendNew(length, now);
      return false;
    }
    int range = ranges.last();
    long at = ranges.boundaryBefore(range, ranges.end(range) - 1);
    if (at > ranges.start(range) && ranges.room() > 0) {
      ranges.cut(range, at);
    }
    resend(range, ranges.end(range) - ranges.start(range), now);
    return true;
  }

  /** Sends the first byte behind the other end's window, or the same one again (RFC 9293). */
  Outcome probeWindow(long now) {
    if (variables.outstanding() > 0) {
      return sendFirst(now);
    }
    long start = variables.next;
    if (!transmit(start, start + 1, start < variables.highest, now)) {
      return Outcome.PACKETS;
    }
    sampler.sent(ranges.append(start, start + 1, variables.segmentSize, true, now), 0, now);
    variables.next = start + 1;
    variables.highest = Math.max(variables.highest, start + 1);
    return null;
  }

  private boolean transmit(long start, long end, boolean again, long now) {
    long dataEnd = Math.min(end, stream.end());
    int flags = 0;
    if (end > dataEnd) {
      flags |= TcpHeader.FIN;
    }
    if (dataEnd == stream.end() && dataEnd > start) {
      flags |= TcpHeader.PSH;
    }
    boolean tellReduced = ecn && !again && dataEnd > start && recovery.isReduced();
    if (tellReduced) {
      flags |= TcpHeader.CWR;
    }
    int length = (int) Math.max(0, dataEnd - start);
    if (!out.transmit(start, length, variables.segmentSize, flags, again, now)) {
      return false;
    }
    if (tellReduced) {
      recovery.takeReduced();
    }
    if (again) {
      resentBytes += length;
    } else {
      sentBytes += length;
    }
    return true;
  }

  private void count(long start, long end, boolean again, long now) {
    pacer.sent(end - start, now);
    recovery.sent(start, end, again, now);
  }

  private int largest() {
    int segment = variables.segmentSize;
    return Math.max(segment, out.largestPayload(segment) / segment * segment);
  }

  /** Whether the first byte not acknowledged was sent again since the last question. */
  boolean takeFirstAgain() {
    boolean was = firstAgain;
    firstAgain = false;
    return was;
  }

  long sentBytes() {
    return sentBytes;
  }

  long resentBytes() {
    return resentBytes;
  }
}

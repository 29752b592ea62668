package org.vtl.tcp.internal.endpoint;

import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Takes the other end's data into the incoming stream, in order or not. Of bytes that come twice
 * the first are kept. What is behind the granted window, or behind one range too many, or finds no
 * memory, is dropped: the other end sends it again. So is what is out of order when what is in
 * order finds none.
 */
final class Receiver {
  private static final int CONGESTION_EXPERIENCED = 3;

  private final ReceivedRanges ranges = new ReceivedRanges();
  final SackReport report = new SackReport(ranges);
  final WindowAdvertisement window = new WindowAdvertisement();
  final DelayedAck delayedAck = new DelayedAck();
  final ReceiveTuning tuning = new ReceiveTuning();

  private ByteStream stream;
  private int base; // the number of the stream's offset 0
  private long next; // behind the last byte in order
  private long finAt; // where the FIN stands, or -1
  private boolean finished;
  private boolean congestionEcho;

  private final LateAcknowledgment late = new LateAcknowledgment();
  private boolean finLate; // acknowledged only once the stream's reader has passed it on
  private boolean finPassedOn;
  private boolean sack;
  private boolean ecn;
  private long dropped;

  /**
   * Begins behind what {@code stream} holds.
   *
   * @param announced the maximum segment size the other end was told
   */
  void begin(ByteStream stream, int announced, long now) {
    this.stream = stream;
    next = stream.end();
    base = 0;
    finAt = -1;
    finished = false;
    finPassedOn = false;
    late.begin(stream);
    congestionEcho = false;
    dropped = 0;
    ranges.clear();
    report.clear();
    window.begin(next, 0);
    delayedAck.begin(announced, now);
    tuning.begin(stream.start(), next, now);
  }

  /** The other end's SYN came: {@code first} is the number of its first byte. */
  void synchronize(int first) {
    base = first - (int) next;
  }

  /** What was agreed. */
  void agree(boolean sack, boolean ecn, int shift) {
    this.sack = sack;
    this.ecn = ecn;
    window.begin(Math.max(window.edge(), next), shift);
  }

  /** The other end's FIN came before this endpoint did: it is acknowledged. */
  void finishedBefore() {
    finAt = next;
    finished = true;
    stream.finish();
  }

  /** The window granted so far ends {@code bytes} behind what is in order. */
  void granted(long bytes, int shift) {
    window.begin(next + Math.max(0, bytes), shift);
  }

  /** Data that is all before RCV.NXT: it came twice. */
  void repeated(int sequence, int length) {
    long first = next + (sequence - (base + (int) next));
    if (sack && length > 0 && first + length <= next) {
      report.duplicate(first, first + length);
    }
  }

  /** Acknowledges from now on only what the stream's reader has released, and no FIN before. */
  void defer(boolean data, boolean fin) {
    if (late.isOn() != data) { // what waits already goes on waiting
      late.on(data, next);
    }
    finLate = fin;
  }

  /** Whether no more is granted than {@link #hasRoom} said. */
  void bindToRoom(boolean bound) {
    late.bindToRoom(bound);
  }

  /** The stream's reader can pass on what is before {@code edge}; whether that is news. */
  boolean hasRoom(long edge) {
    boolean more = late.hasRoom(edge);
    if (more) {
      stream.ask(edge - stream.start());
    }
    return more;
  }

  /** The round-trip time to the other end, as its data show it, in nanoseconds; 0 for unknown. */
  long roundTripNanos() {
    return tuning.roundTripNanos();
  }

  /** The FIN has come to where the reader took it. */
  void finPassedOn(long now) {
    finPassedOn = true;
    delayedAck.atOnce(now);
  }

  /** Whether a FIN was received that is not to be acknowledged yet. */
  boolean owesFin() {
    return finished && finLate && !finPassedOn;
  }

  /** The number that segments acknowledge: RCV.NXT, or less where that is late. */
  int acknowledgment() {
    long to = late.to(next);
    return base + (int) to + (finished && !owesFin() && to == next ? 1 : 0);
  }

  /** Whether blocks may tell what came behind a gap, or twice: {@link LateAcknowledgment}. */
  boolean mayReport() {
    return !late.isBehind(next);
  }

  /** RCV.NXT. */
  int next() {
    return base + (int) next + (finished ? 1 : 0);
  }

  /** RCV.WND: what was granted and is not used yet. */
  int window() {
    return (int) Math.max(0, window.edge() - next);
  }

  /** Whether the FIN, and so all, was received. */
  boolean isFinished() {
    return finished;
  }

  /**
   * Whether nothing waits behind a gap. A FIN that does is nothing: it is not acknowledged, not
   * even selectively, so it is sent again.
   */
  boolean isInOrder() {
    return ranges.isEmpty();
  }

  /** Whether ECE is to be set (RFC 3168 section 6.1.3). */
  boolean echoesCongestion() {
    return congestionEcho;
  }

  /** Payload bytes thrown away for want of window, ranges or memory. */
  long dropped() {
    return dropped;
  }

  /** Bytes behind gaps are in how many ranges. */
  int rangeCount() {
    return ranges.count();
  }

  int base() {
    return base;
  }

  /** The window field of a segment made now. */
  int windowField() {
    return window.field(late.to(next), limit(), stream.capacity(), worthTelling());
  }

  private long limit() {
    return late.within(stream.edge());
  }

  /** A window that is passed on is passed on as it is: its own end has seen to crumbs. */
  private int worthTelling() {
    return late.isBound() ? 1 : delayedAck.fullSegment();
  }

  /**
   * Takes payload and FIN of an acceptable segment; {@code sequence} is the number of its first
   * byte.
   */
  void take(Packet segment, int sequence, long delayNanos, long now) {
    int length = segment.payloadLength();
    boolean fin = segment.tcp().isFin();
    if (length == 0 && !fin) {
      return;
    }
    noteCongestion(segment);
    long first = next + (sequence - (base + (int) next));
    long last = first + length;
    if (finished) {
      delayedAck.atOnce(now);
      return;
    }
    long limit = Math.min(last, window.edge());
    if (finAt >= 0) {
      limit = Math.min(limit, finAt);
    } else if (fin && last >= next && last <= window.edge()) {
      finAt = last;
    }
    dropped += Math.max(0, last - Math.max(limit, first));
    if (first < next && length > 0 && sack) {
      report.duplicate(first, Math.min(last, next));
    }
    boolean hadGap = !ranges.isEmpty();
    long before = next;
    long from = Math.max(first, next);
    if (from < limit) {
      store(segment, first, from, limit);
    }
    finishIfComplete();
    // Its sender hears of it once what is before it has been passed on; without SACK it could not.
    boolean waits = (sack || next > before) && from < limit && late.isBehind(next);
    if (!waits && (next == before || hadGap || first < before || (finished && !finLate))) {
      delayedAck.atOnce(now);
    }
    if (next > before && late.isOn()) {
      tuning.advanced(next, window.edge(), now);
    } else if (next > before) {
      int onWire = segment.segmentSize() > 0 ? Math.min(segment.segmentSize(), length) : length;
      delayedAck.received(next - before, onWire, delayNanos, now);
      tuning.advanced(next, window.edge(), now);
    }
  }

  private void store(Packet segment, long first, long from, long limit) {
    boolean inOrder = from == next;
    if (!inOrder && !ranges.hasRoom(from, limit)) {
      dropped += limit - from;
      return;
    }
    long payload = segment.start() + segment.payloadOffset() - first;
    long at = from;
    int index = ranges.firstEndingBehind(from);
    while (at < limit) {
      if (inOrder) {
        stream.advance(at); // so that what follows finds memory as what is in order does
      }
      boolean behindAll = index == ranges.count();
      if (!behindAll && ranges.left(index) <= at) {
        long until = Math.min(limit, ranges.right(index++));
        if (sack && !report.hasDuplicate()) {
          report.duplicate(at, until);
        }
        at = until;
        continue;
      }
      long gapEnd = behindAll ? limit : Math.min(limit, ranges.left(index));
      int wanted = (int) (gapEnd - at);
      int kept = stream.write(at, segment.memory(), payload + at, wanted);
      at += kept;
      if (kept == wanted) {
        continue;
      }
      if (!inOrder || ranges.isEmpty()) {
        dropped += limit - at;
        break;
      }
      stream.advance(at);
      renege();
      index = 0;
    }
    if (inOrder) {
      advance(at);
    } else if (at > from) {
      ranges.add(from, at);
      report.arrived(from);
    }
  }

  /**
   * Gives back the memory of what came behind a gap, acknowledged selectively or not (RFC 2018
   * section 8): where what is in order finds none, all of it might wait for ever.
   */
  void renege() {
    for (int i = 0; i < ranges.count(); i++) {
      dropped += ranges.right(i) - ranges.left(i);
    }
    ranges.clear();
    stream.forgetAhead();
  }

  private void advance(long to) {
    long left = ranges.isEmpty() ? Long.MAX_VALUE : ranges.left(0);
    next = ranges.inOrder(to);
    if (left <= to) {
      late.filled(left, next);
    }
    stream.advance(next);
  }

  private void finishIfComplete() {
    if (next == finAt && !finished) {
      finished = true;
      renege(); // what claims to be behind a FIN never was
      stream.finish();
    }
  }

  private void noteCongestion(Packet segment) {
    if (!ecn) {
      return;
    }
    if (segment.tcp().has(TcpHeader.CWR)) {
      congestionEcho = false;
    }
    int mark = segment.isIpv4() ? segment.ipv4().ecn() : segment.ipv6().ecn();
    if (mark == CONGESTION_EXPERIENCED) {
      congestionEcho = true;
    }
  }

  /**
   * Follows a stream that was advanced by its reader, who knows that the other end's peer has the
   * bytes already (see {@link Adoption#sendNext}).
   */
  void catchUp(long now) {
    if (stream.end() > next) {
      advance(stream.end());
      finishIfComplete();
      delayedAck.atOnce(now);
    }
  }

  /** Bytes were released from the stream: it may grow, and the window with it. */
  void drained(long now) {
    if (late.isNews(next)) {
      delayedAck.atOnce(now);
    }
    tuning.drained(stream, delayedAck.fullSegment(), now);
    if (!finished && window.isUpdateDue(next, limit(), stream.capacity(), worthTelling())) {
      delayedAck.atOnce(now);
    }
  }
}

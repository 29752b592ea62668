package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Seq;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.send.Sender;
import org.vtl.tcp.internal.stream.ByteStream;

/** The transmission control block (RFC 9293 section 3.3.1): what the endpoint's parts share. */
final class ControlBlock {
  final Sender sender = new Sender();
  final Receiver receiver = new Receiver();
  final TimestampClock clock = new TimestampClock();
  final RecentTimestamp recentTimestamp = new RecentTimestamp();
  final ChallengeAcks challengeAcks = new ChallengeAcks();

  /** Apart from those, so that who guesses cannot use up what the other end's probes are due. */
  final ChallengeAcks probeAnswers = new ChallengeAcks();

  final KeepAlive keepAlive = new KeepAlive();
  final Offer offered = new Offer();

  EndpointSettings settings;
  SegmentOutput output;
  ByteStream incoming;
  ByteStream outgoing;

  TcpState state = TcpState.CLOSED;

  /** Why it is CLOSED; null while it is not, and before it was opened. */
  Closing closing;

  /** ISS. */
  int initialSequence;

  /** Whether the sender has been established: it knows SND.UNA and SND.NXT. */
  boolean sending;

  /** Whether this end's FIN was acknowledged before the endpoint was adopted. */
  boolean finishedBefore;

  /** The number of the outgoing stream's offset 0. */
  int sendBase;

  /** Whether an end before this one sent what is not acknowledged, nor in the outgoing stream. */
  boolean foreign;

  /** SND.NXT of that end, see {@link Adoption#sendNext}. */
  int foreignNext;

  /** Shift of the windows that the other end announces. */
  int sendShift;

  /** SND.WL1 and SND.WL2: the segment that the send window was taken from. */
  int windowSequence;

  int windowAcknowledgment;

  /** The largest window the other end ever announced (RFC 5961 section 5.2). */
  long largestWindow;

  boolean timestamps;
  boolean sack;
  boolean ecn;

  /** Last.ACK.sent (RFC 7323 section 4.3). */
  int lastAcknowledgment;

  /** ICMP said that the other end is unreachable, and nothing was heard since. */
  boolean softError;

  /** How long what data brings was on its way to this end: its echo is as old. */
  long echoNanos;

  /** When TIME-WAIT ends. */
  long timeWaitEnd;

  void open(
      EndpointSettings settings, SegmentOutput output, ByteStream incoming, ByteStream outgoing) {
    this.settings = settings;
    this.output = output;
    this.incoming = incoming;
    this.outgoing = outgoing;
    state = TcpState.CLOSED;
    closing = null;
    sending = false;
    finishedBefore = false;
    foreign = false;
    sendShift = 0;
    largestWindow = 0;
    timestamps = false;
    sack = false;
    ecn = false;
    softError = false;
    echoNanos = 0;
    timeWaitEnd = Long.MAX_VALUE;
    offered.clear();
    recentTimestamp.clear();
    challengeAcks.clear();
    probeAnswers.clear();
    clock.begin(settings.timestampOffset);
  }

  /** The connection is over; what it was is still to be read. */
  void end(Closing why) {
    state = TcpState.CLOSED;
    closing = why;
  }

  /** Over because nothing was heard for too long. */
  void giveUp() {
    end(softError ? Closing.UNREACHABLE : Closing.TIMED_OUT);
  }

  void enterTimeWait(long now) {
    state = TcpState.TIME_WAIT;
    timeWaitEnd = receiver.owesFin() ? Long.MAX_VALUE : now + settings.timeWaitNanos;
  }

  /** Whether both ends know of the connection (RFC 9293 section 3.3.2). */
  boolean isSynchronized() {
    return switch (state) {
      case CLOSED, LISTEN, SYN_SENT, SYN_RECEIVED -> false;
      default -> true;
    };
  }

  /** SND.NXT, with what an end before this one sent. */
  int sendNext() {
    if (!sending) {
      return initialSequence + 1;
    }
    if (finishedBefore) {
      return foreignNext;
    }
    return foreign ? Seq.max(sender.next(), foreignNext) : sender.next();
  }

  /** SND.UNA. */
  int sendUnacknowledged() {
    if (!sending) {
      return initialSequence;
    }
    return finishedBefore ? foreignNext : sender.unacknowledged();
  }

  /** The number of a segment without data. */
  int sequence() {
    return sending && !finishedBefore && !foreign ? sender.sequence() : sendNext();
  }

  /** Whether the other end lets nothing be sent, and has acknowledged all that was. */
  boolean isWindowClosed() {
    return sending && !finishedBefore && sender.window() == 0 && sender.outstanding() == 0;
  }

  /** Whether this end's FIN, and so all it sent, was acknowledged. */
  boolean finAcknowledged() {
    return finishedBefore || (sending && sender.finAcknowledged());
  }
}

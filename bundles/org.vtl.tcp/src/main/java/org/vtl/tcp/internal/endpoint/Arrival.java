package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/** What a segment does to the connection: RFC 9293 section 3.10.7, in its order. */
final class Arrival {
  private final ControlBlock block;
  private final SegmentMaker maker;
  private final Opening opening;
  private final Acknowledging acknowledging;

  Arrival(ControlBlock block, SegmentMaker maker, Opening opening) {
    this.block = block;
    this.maker = maker;
    this.opening = opening;
    acknowledging = new Acknowledging(block, maker);
  }

  /** Takes {@code segment}; false for a SYN that opens another connection. */
  boolean take(Packet segment, long now) {
    switch (block.state) {
      case CLOSED, LISTEN -> closed(segment.tcp());
      case SYN_SENT -> synSent(segment, now);
      default -> {
        if (opening.isSilent()) {
          return silent(segment.tcp());
        }
        if (block.state == TcpState.TIME_WAIT && reopens(segment.tcp())) {
          block.end(Closing.REOPENED);
          return false;
        }
        if (block.state != TcpState.SYN_RECEIVED || !crosses(segment, now)) {
          check(segment, now);
        }
      }
    }
    return true;
  }

  /** Section 3.10.7.1: no connection is here. */
  private void closed(TcpHeader tcp) {
    if (tcp.isRst()) {
      return;
    }
    if (tcp.isAck()) {
      maker.resetAt(tcp.acknowledgmentNumber());
    } else {
      maker.resetFor(tcp.endSequence());
    }
  }

  /** A SYN was heard and is not answered: so is what follows it. */
  private boolean silent(TcpHeader tcp) {
    if (tcp.isRst()) {
      if (tcp.sequenceNumber() == block.receiver.next()) {
        block.end(Closing.REFUSED);
      }
    } else if (tcp.isSyn() && !tcp.isAck() && tcp.sequenceNumber() != opening.heardSequence()) {
      block.end(Closing.REOPENED); // the other end gave up, and tries another time
      return false;
    }
    return true;
  }

  /** Section 3.10.7.3. */
  private void synSent(Packet segment, long now) {
    TcpHeader tcp = segment.tcp();
    int acknowledgment = tcp.acknowledgmentNumber();
    if (tcp.isAck() && !opening.isAcknowledged(acknowledgment)) {
      if (!tcp.isRst()) {
        maker.resetAt(acknowledgment);
      }
      return;
    }
    if (tcp.isRst()) {
      if (tcp.isAck()) { // without, it might be anybody's
        block.end(Closing.REFUSED);
      }
      return;
    }
    if (!tcp.isSyn() || tcp.isFin()) {
      return;
    }
    if (!tcp.isAck()) {
      opening.meet(segment, now);
      return;
    }
    opening.learnAnswer(segment, now);
    opening.establish(segment, now);
    block.receiver.delayedAck.atOnce(now);
    block.receiver.take(segment, tcp.sequenceNumber() + 1, block.settings.delayedAckNanos, now);
  }

  /**
   * SYN-RECEIVED and the SYN again: ours was lost, so it is said again; or, when both ends opened,
   * it acknowledges ours.
   */
  private boolean crosses(Packet segment, long now) {
    TcpHeader tcp = segment.tcp();
    if (!tcp.isSyn() || tcp.isRst() || tcp.sequenceNumber() != opening.heardSequence()) {
      return false;
    }
    if (!tcp.isAck()) {
      if (block.challengeAcks.permit(now)) {
        opening.repeat(now);
      }
    } else if (opening.isActive() && opening.isAcknowledged(tcp.acknowledgmentNumber())) {
      opening.establish(segment, now);
      block.receiver.delayedAck.atOnce(now);
    } else {
      challenge(now);
    }
    return true;
  }

  /** Section 3.10.7.4. */
  private void check(Packet segment, long now) {
    TcpHeader tcp = segment.tcp();
    int sequence = tcp.sequenceNumber();
    boolean stamped = block.timestamps && tcp.hasTimestamps();
    if (block.timestamps && !stamped && !tcp.isRst() && !tcp.isSyn()) {
      return; // RFC 7323 section 3.2
    }
    if (stamped && !tcp.isRst() && block.recentTimestamp.isOld(tcp.timestampValue(), now)) {
      refuse(tcp, segment.payloadLength(), now);
      return;
    }
    Receiver receiver = block.receiver;
    // With the window closed, what begins at RCV.NXT is trimmed to nothing, but acknowledges.
    if (sequence != receiver.next()
        && !isAtEdge(tcp)
        && !SegmentAcceptance.isAcceptable(
            sequence, tcp.isRst() ? 0 : tcp.segmentLength(), receiver.next(), receiver.window())) {
      if (!tcp.isRst()) {
        receiver.repeated(sequence, segment.payloadLength());
        if (block.state == TcpState.TIME_WAIT && tcp.isFin()) {
          block.enterTimeWait(now);
        }
        refuse(tcp, segment.payloadLength(), now);
        if (isBehindItsProbe(tcp)) {
          acknowledging.take(segment, stamped, now);
          finAcknowledged(now);
        }
      }
      return;
    }
    if (tcp.isRst()) {
      if (sequence == receiver.next()) {
        reset();
      } else {
        challenge(now); // RFC 5961 section 3.2
      }
    } else if (tcp.isSyn()) {
      challenge(now); // RFC 5961 section 4.2
    } else if (tcp.isAck()) {
      acknowledge(segment, stamped, now);
    }
  }

  /**
   * Whether it only acknowledges, from behind a full window: who has filled one has no other
   * number, and its own window may be what the rest waits for. Linux takes it, too.
   */
  private boolean isAtEdge(TcpHeader tcp) {
    return tcp.segmentLength() == 0
        && !tcp.isRst()
        && tcp.sequenceNumber() == block.receiver.next() + block.receiver.window();
  }

  /**
   * Whether it only acknowledges, something new, from before the last byte that came: a probe of
   * our closed window, of which its sender does not know yet that we took it. Two ends that probe
   * each other would else never hear that either was taken.
   */
  private boolean isBehindItsProbe(TcpHeader tcp) {
    int number = tcp.acknowledgmentNumber();
    return block.state != TcpState.SYN_RECEIVED
        && tcp.isAck()
        && tcp.segmentLength() == 0
        && tcp.sequenceNumber() == block.receiver.next() - 1
        && acknowledging.isPlausible(number)
        && Seq.after(number, block.sendUnacknowledged());
  }

  private void acknowledge(Packet segment, boolean stamped, long now) {
    TcpHeader tcp = segment.tcp();
    int sequence = tcp.sequenceNumber();
    int number = tcp.acknowledgmentNumber();
    if (block.state == TcpState.SYN_RECEIVED) {
      if (!opening.isAcknowledged(number)) {
        maker.resetAt(number);
        return;
      }
      opening.establish(segment, now);
    } else if (!acknowledging.isPlausible(number)) {
      challenge(now);
      return;
    }
    if (stamped) {
      block.recentTimestamp.learn(tcp.timestampValue(), sequence, block.lastAcknowledgment, now);
      if (segment.payloadLength() > 0 && tcp.timestampEcho() != 0) {
        int age = block.clock.value(now) - tcp.timestampEcho();
        block.receiver.tuning.echoed(tcp.timestampEcho(), age * TimestampClock.UNIT_NANOS);
      }
    }
    block.softError = false;
    block.keepAlive.heard(now);
    acknowledging.take(segment, stamped, now);
    finAcknowledged(now);
    if (block.state == TcpState.CLOSED) {
      return;
    }
    block.receiver.take(segment, sequence, block.settings.delayedAckNanos, now);
    finReceived(now);
  }

  /** The states that an acknowledged FIN ends. */
  private void finAcknowledged(long now) {
    if (block.finAcknowledged()) {
      switch (block.state) {
        case FIN_WAIT_1 -> block.state = TcpState.FIN_WAIT_2;
        case CLOSING -> block.enterTimeWait(now);
        case LAST_ACK -> {
          if (block.receiver.owesFin()) {
            block.enterTimeWait(now); // until it has acknowledged, too
          } else {
            block.end(Closing.FINISHED);
          }
        }
        default -> {}
      }
    }
  }

  /** The states that a received FIN ends. */
  void finReceived(long now) {
    if (block.receiver.isFinished()) {
      switch (block.state) {
        case ESTABLISHED -> block.state = TcpState.CLOSE_WAIT;
        case FIN_WAIT_1 -> block.state = TcpState.CLOSING;
        case FIN_WAIT_2 -> block.enterTimeWait(now);
        default -> {}
      }
    }
  }

  private void reset() {
    block.end(
        switch (block.state) {
          case SYN_RECEIVED -> Closing.REFUSED;
          case TIME_WAIT -> Closing.FINISHED; // nothing is lost any more
          default -> Closing.RESET;
        });
  }

  /** An acknowledgment for what is not acceptable; for what carries no data, not too often. */
  private void refuse(TcpHeader tcp, int length, long now) {
    boolean carries = (length > 0 || tcp.isFin()) && !tcp.isSyn();
    boolean probes = tcp.sequenceNumber() == block.receiver.next() - 1 && !tcp.isSyn();
    if (carries || (probes ? block.probeAnswers : block.challengeAcks).permit(now)) {
      block.receiver.delayedAck.atOnce(now);
    }
  }

  private void challenge(long now) {
    if (block.challengeAcks.permit(now)) {
      block.receiver.delayedAck.atOnce(now);
    }
  }

  /** Whether a SYN in TIME-WAIT cannot be an old duplicate (RFC 6191 section 2). */
  private boolean reopens(TcpHeader tcp) {
    if (!tcp.isSyn() || tcp.isAck() || tcp.isRst() || tcp.isFin()) {
      return false;
    }
    boolean later = Seq.after(tcp.sequenceNumber(), block.receiver.next());
    if (!tcp.hasTimestamps()) {
      return later;
    }
    if (!block.timestamps) {
      return true;
    }
    int ahead = tcp.timestampValue() - block.recentTimestamp.value();
    return ahead > 0 || (ahead == 0 && later);
  }
}

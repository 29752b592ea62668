package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.ChecksumState;
import org.vtl.packet.Packet;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * One end of a TCP connection (RFC 9293), on the worker that owns the connection. It knows no
 * clock: each call says what time it is, and {@link #nextDeadline} when {@link #expire} is due.
 * Recycled from {@link #open} to {@link #close}; allocates nothing between.
 *
 * <p>The incoming stream holds what the other end sent; its capacity is the window. The outgoing
 * stream holds what is to be sent, from its start (the first byte the other end has not
 * acknowledged) on; a finished stream is followed by a FIN. Whoever fills one or drains the other
 * calls {@link #pump}.
 *
 * <p>What is urgent is delivered in line, its pointer ignored (RFC 6093). Once CLOSED, and until
 * {@link #close}, it answers segments with a RST as a closed port does, so that one who missed the
 * first hears another.
 */
public final class TcpEndpoint {
  private static final long NEVER = Long.MAX_VALUE;
  private static final long RETRY_NANOS = 1_000_000;

  private final ControlBlock block = new ControlBlock();
  private final SegmentMaker maker = new SegmentMaker(block);
  private final Opening opening = new Opening(block, maker);
  private final Arrival arrival = new Arrival(block, maker, opening);
  private final Resetting resetting = new Resetting(maker, opening);
  private final PathErrors errors = new PathErrors(block, opening);
  private final Telling telling = new Telling(this, block);

  /**
   * A new connection, CLOSED until {@link #connect}, {@link #hear} or {@link #adopt}. The streams
   * are begun by the caller and stay its own.
   */
  public void open(
      EndpointSettings settings,
      SegmentOutput output,
      ByteStream incoming,
      ByteStream outgoing,
      EndpointListener listener) {
    block.open(settings, output, incoming, outgoing);
    block.receiver.defer(settings.acknowledgesLate, settings.acknowledgesFinLate);
    block.receiver.bindToRoom(settings.bindsWindow);
    telling.begin(listener);
    block.sender.begin(maker, outgoing, settings.control, settings.send);
    opening.clear();
    resetting.clear();
  }

  /** Active open: sends the SYN with {@code initialSequence}. */
  public void connect(int initialSequence, long now) {
    opening.connect(initialSequence, now);
  }

  /**
   * Takes the other end's SYN and answers nothing, nor its retransmissions: {@link #answer} or
   * {@link #refuse} follows, or {@link #abort}, which then says nothing. Data in the SYN is not
   * taken: the other end sends it again.
   */
  public void hear(Packet syn, long now) {
    opening.hear(syn, now);
  }

  /** Answers the SYN that was heard with a SYN-ACK of number {@code initialSequence}. */
  public void answer(int initialSequence, long now) {
    opening.answer(initialSequence, now);
  }

  /** Answers the SYN that was heard with a RST, as a closed port does; CLOSED then. */
  public void refuse(long now) {
    if (opening.isSilent()) {
      resetting.begin(true, now);
    }
    end(Closing.ABORTED, now);
  }

  /**
   * Goes on in the place of an end that was there until now.
   *
   * @throws IllegalArgumentException for a state that {@link Adoption#state} does not name
   */
  public void adopt(Adoption state, long now) {
    state.apply(block, now);
    telling.skipEstablished();
    settle(now);
  }

  /**
   * Takes a parsed TCP packet of the connection, from the other end; may seal it and only reads it
   * else. Fragments and what has a wrong checksum are ignored.
   *
   * @return false for a SYN that ends TIME-WAIT (RFC 6191), or gives up the one that was heard and
   *     not answered: this endpoint is CLOSED, and the SYN opens a connection of which it knows
   *     nothing
   */
  public boolean receive(Packet segment, long now) {
    return receive(segment, false, now);
  }

  /**
   * As {@link #receive(Packet, long)}.
   *
   * @param isVerified whether its checksum is known to be right, so that nobody sums it again
   */
  public boolean receive(Packet segment, boolean isVerified, long now) {
    if (!telling.hasListener() || !segment.isTcp() || segment.isFragment()) {
      return true;
    }
    if (!isVerified && !isIntact(segment)) {
      return true;
    }
    boolean taken = arrival.take(segment, now);
    settle(now);
    return taken;
  }

  private static boolean isIntact(Packet segment) {
    segment.seal(true);
    return segment.checksumState() != ChecksumState.UNVERIFIED
        || segment.isTransportChecksumRight();
  }

  /**
   * The outgoing stream has more bytes or is finished, or bytes of the incoming one were released:
   * sends what may be sent, a window update where it is worth one.
   */
  public void pump(long now) {
    if (block.isSynchronized()) {
      block.receiver.catchUp(now);
      arrival.finReceived(now);
      block.receiver.drained(now);
      settle(now);
    }
  }

  /**
   * The FIN that was received has come where it was to go, and is acknowledged: for {@link
   * EndpointSettings#acknowledgesFinLate}.
   */
  public void finPassedOn(long now) {
    if (block.receiver.owesFin()) {
      block.receiver.finPassedOn(now);
      if (block.state == TcpState.TIME_WAIT) {
        block.enterTimeWait(now);
      }
      settle(now);
    }
  }

  /** From now on as with {@link EndpointSettings#acknowledgesLate}. */
  public void acknowledgeLate() {
    block.receiver.defer(true, block.settings.acknowledgesFinLate);
  }

  /**
   * Whoever reads the incoming stream can pass on what is before {@code edge}: no more is granted,
   * for {@link EndpointSettings#bindsWindow}.
   *
   * @return whether that is more than before, so that {@link #pump} is to follow
   */
  public boolean hasRoom(long edge) {
    return block.receiver.hasRoom(edge);
  }

  /** Where the window that the other end has granted ends, as an offset of the outgoing stream. */
  public long sendEdge() {
    return block.sender.edge();
  }

  /** Whether the other end lets nothing be sent, and has acknowledged all that was. */
  public boolean isWindowClosed() {
    return block.isWindowClosed();
  }

  /** Asks the other end for its window; not more often than it would have to answer. */
  public void probeWindow(long now) {
    if (block.isSynchronized() && block.challengeAcks.permit(now)) {
      maker.probe(now);
    }
  }

  /**
   * What comes by the outgoing stream was {@code nanos} on its way to here. The other end is to see
   * that in the round trip of what it receives, by which it tunes its window.
   */
  public void echoAsOf(long nanos) {
    block.echoNanos = nanos;
  }

  /** The round-trip time to the other end as its data show it, in nanoseconds; 0 for unknown. */
  public long receiveRoundTripNanos() {
    return block.receiver.roundTripNanos();
  }

  /** Whether this end's FIN, and so all it sent, was acknowledged. */
  public boolean finAcknowledged() {
    return block.finAcknowledged();
  }

  /** What was due by {@code now}; may be called early. */
  public void expire(long now) {
    resetting.expire(now);
    if (!opening.expire(now)) {
      block.giveUp();
    }
    if (block.isSynchronized()) {
      if (block.sender.nextDeadline() <= now) {
        block.sender.expire(now);
      }
      if (block.timeWaitEnd <= now) {
        block.end(Closing.FINISHED);
      } else {
        block.keepAlive.expire(block, maker, resetting, now);
      }
    }
    settle(now);
  }

  /** When {@link #expire} is due; {@link Long#MAX_VALUE} for never. May change with each call. */
  public long nextDeadline() {
    if (block.state == TcpState.CLOSED) {
      return resetting.deadline();
    }
    if (!block.isSynchronized()) {
      return opening.isSilent()
          ? NEVER
          : Math.min(opening.deadline(), block.receiver.delayedAck.deadline());
    }
    long acknowledgment = block.receiver.delayedAck.deadline();
    if (block.state == TcpState.TIME_WAIT) {
      return Math.min(acknowledgment, block.timeWaitEnd);
    }
    return Math.min(
        Math.min(acknowledgment, block.sender.nextDeadline()), block.keepAlive.deadline(block));
  }

  /**
   * Ends the connection at once: RST where the other end knows of it and is not through with it,
   * then CLOSED. Unlike RFC 9293 section 3.10.5, with a RST in CLOSING and LAST-ACK, too: what was
   * acknowledged in the name of another must not seem delivered.
   */
  public void abort(long now) {
    boolean known =
        switch (block.state) {
          case CLOSED, LISTEN, SYN_SENT, TIME_WAIT -> false;
          case SYN_RECEIVED -> !opening.isSilent();
          default -> true;
        };
    if (known) {
      resetting.begin(false, now);
    }
    end(Closing.ABORTED, now);
  }

  private void end(Closing why, long now) {
    if (block.state != TcpState.CLOSED) {
      block.end(why);
      settle(now);
    }
  }

  /**
   * ICMP said that the other end cannot be reached. Ignored unless {@code sequence} numbers
   * something in flight. It ends a handshake; later it only explains why the connection timed out,
   * if it does.
   *
   * @param sequence the sequence number of the segment it quotes
   * @param hard whether the other end itself says no: protocol or port unreachable
   */
  public void unreachable(int sequence, boolean hard, long now) {
    if (errors.isEndedBy(sequence, hard)) {
      end(Closing.UNREACHABLE, now);
    }
  }

  /**
   * ICMP said that a segment was too big for the path. Ignored unless {@code sequence} numbers
   * something in flight. Segments become smaller, but not below {@link
   * EndpointSettings#absentSegmentSize}.
   *
   * @param largestSegment the MTU it names, less the IP header and 20
   */
  public void packetTooBig(int sequence, int largestSegment, long now) {
    if (errors.shorten(sequence, largestSegment, now)) {
      settle(now);
    }
  }

  /** The endpoint is used no more until {@link #open}: forgets its streams; says nothing. */
  public void close() {
    telling.begin(null);
    block.state = TcpState.CLOSED;
    block.sender.clear();
    opening.clear();
    resetting.clear();
  }

  /** Sends what is to be sent after anything has happened, and tells of it. */
  private void settle(long now) {
    if (block.isSynchronized() && block.state != TcpState.TIME_WAIT && !block.finishedBefore) {
      block.sender.send(now);
      if (block.sender.timedOut()) {
        block.giveUp();
      } else if (block.sender.finSent()) {
        finSent();
      }
    }
    Receiver receiver = block.receiver;
    if (block.state != TcpState.CLOSED
        && block.state != TcpState.SYN_SENT
        && !opening.isSilent()
        && (receiver.delayedAck.isDue(now) || receiver.report.isDue() && receiver.mayReport())
        && !maker.acknowledge(now)) {
      receiver.delayedAck.postpone(now + RETRY_NANOS);
    }
    telling.tell(resetting.isWaiting(), now);
  }

  private void finSent() {
    if (block.state == TcpState.ESTABLISHED) {
      block.state = TcpState.FIN_WAIT_1;
    } else if (block.state == TcpState.CLOSE_WAIT) {
      block.state = TcpState.LAST_ACK;
    }
  }

  public TcpState state() {
    return block.state;
  }

  /** What the other end's SYN offered; empty before it came and after {@link #adopt}. */
  public Offer offered() {
    return block.offered;
  }

  /** SND.NXT. */
  public int sendNext() {
    return block.sendNext();
  }

  /** SND.UNA. */
  public int sendUnacknowledged() {
    return block.sendUnacknowledged();
  }

  /** RCV.NXT. */
  public int receiveNext() {
    return block.receiver.next();
  }

  /** Whether this connection's segments carry timestamps. */
  public boolean usesTimestamps() {
    return block.timestamps;
  }

  /** The TSval that a segment sent now carries. */
  public int timestamp(long now) {
    return block.clock.value(now);
  }

  /** TS.Recent: the other end's newest timestamp. */
  public int recentTimestamp() {
    return block.recentTimestamp.value();
  }

  /** When {@link #recentTimestamp} came. */
  public long recentTimestampNanos() {
    return block.recentTimestamp.learnt();
  }

  /**
   * Forgets what came behind a gap, acknowledged selectively or not (RFC 2018 section 8): the other
   * end sends it again.
   */
  public void forgetAhead() {
    block.receiver.renege();
  }

  /**
   * Whether all that either end sent has been acknowledged and passed on: nothing is in flight, out
   * of order, or in either stream, and no acknowledgment is owed.
   */
  public boolean isQuiet() {
    return block.isSynchronized()
        && block.sendUnacknowledged() == block.sendNext()
        && block.receiver.isInOrder()
        && block.receiver.delayedAck.deadline() == NEVER
        && block.incoming.start() == block.incoming.end()
        && block.outgoing.start() == block.outgoing.end()
        && (block.finAcknowledged() || !block.outgoing.isFinished()); // a FIN may find no window
  }

  /** Whether a RST found no packet yet: {@link #expire} tries again while this is not closed. */
  public boolean isResetting() {
    return resetting.isWaiting();
  }

  /** Bytes believed to be on the path. */
  public long inFlight() {
    return block.sender.inFlight();
  }

  /** The other end's window in bytes. */
  public long sendWindow() {
    return block.sender.window();
  }

  /** The smoothed round-trip time in nanoseconds; -1 before the first sample. */
  public long roundTripNanos() {
    return block.sender.roundTripNanos();
  }

  /** Payload bytes sent again. */
  public long retransmittedBytes() {
    return block.sender.retransmittedBytes();
  }

  /** Payload bytes thrown away: behind the window, behind one gap too many, or without memory. */
  public long droppedBytes() {
    return block.receiver.dropped();
  }
}

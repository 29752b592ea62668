package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Seq;

/**
 * A live connection as one end had it until now, for {@link TcpEndpoint#adopt}: the endpoint goes
 * on in that end's place. All numbers are as the other end knows them.
 */
public final class Adoption {
  /**
   * ESTABLISHED, CLOSE_WAIT (the other end's FIN was received: the incoming stream is finished) or
   * FIN_WAIT_2 (this end's FIN was acknowledged: the outgoing stream is finished and empty).
   */
  public TcpState state = TcpState.ESTABLISHED;

  /** SND.UNA: the number of the outgoing stream's first byte ({@code outgoing.start()}). */
  public int sendUnacknowledged;

  /**
   * SND.NXT: what this end has sent up to here is not in the outgoing stream unless {@code
   * outgoing.end()} says so; when the other end acknowledges it, the stream is advanced over it.
   */
  public int sendNext;

  /** SND.WND in bytes, counted from {@link #sendUnacknowledged}. */
  public long sendWindow;

  /** RCV.NXT: the number of the byte at {@code incoming.end()}, or the one behind the FIN. */
  public int receiveNext;

  /** The right edge of the window announced so far: it is not taken back. */
  public int receiveEdge;

  /** Shift of windows that the other end announces, 0 to 14. */
  public int sendShift;

  /** Shift of windows that this end announces, 0 to 14. */
  public int receiveShift;

  /** Most bytes behind the TCP header without options that may be sent in a segment. */
  public int segmentSize;

  public boolean sack;
  public boolean timestamps;

  /** TS.Recent: the other end's newest timestamp. */
  public int recentTimestamp;

  /** The newest timestamp the other end has had of this end: the clock goes on behind it. */
  public int lastTimestamp;

  public boolean ecn;

  /** The round-trip time that the handshake showed, in nanoseconds; -1 for none. */
  public long roundTripNanos = -1;

  /** Whether the other end still waits for an acknowledgment of what is before RCV.NXT. */
  public boolean owesAcknowledgment;

  /** Makes {@code block}, which was opened, this connection. */
  void apply(ControlBlock block, long now) {
    switch (state) {
      case ESTABLISHED, CLOSE_WAIT, FIN_WAIT_2 -> block.state = state;
      default ->
          throw new IllegalArgumentException(
              "A connection in " + state + " cannot be adopted; wait until nothing is in flight.");
    }
    block.timestamps = timestamps;
    block.sack = sack;
    block.ecn = ecn;
    block.sendShift = sendShift;
    if (timestamps) {
      block.recentTimestamp.set(recentTimestamp, now);
      block.clock.continueBehind(lastTimestamp, now);
    }
    applyReceiver(block, now);
    applySender(block, now);
    block.keepAlive.heard(now);
  }

  private void applyReceiver(ControlBlock block, long now) {
    Receiver receiver = block.receiver;
    receiver.begin(block.incoming, block.settings.maximumSegmentSize, now);
    receiver.tuning.handshake(roundTripNanos);
    receiver.agree(sack, ecn, receiveShift);
    receiver.granted(receiveEdge - receiveNext, receiveShift);
    receiver.synchronize(receiveNext);
    if (state == TcpState.CLOSE_WAIT) {
      receiver.synchronize(receiveNext - 1);
      receiver.finishedBefore();
    }
    block.lastAcknowledgment = receiveNext;
    if (owesAcknowledgment) {
      receiver.delayedAck.atOnce(now);
    }
  }

  private void applySender(ControlBlock block, long now) {
    block.windowSequence = receiveNext;
    block.windowAcknowledgment = sendUnacknowledged;
    block.largestWindow = sendWindow;
    block.sending = true;
    block.sendBase = sendUnacknowledged - (int) block.outgoing.start();
    block.foreignNext = sendNext;
    block.finishedBefore = state == TcpState.FIN_WAIT_2;
    int held = sendUnacknowledged + (int) (block.outgoing.end() - block.outgoing.start());
    block.foreign = !block.finishedBefore && Seq.before(held, sendNext);
    block.sender.establish(
        sendUnacknowledged,
        block.outgoing.start(),
        Opening.payload(block, Math.min(segmentSize, block.settings.largestSegment)),
        sack,
        timestamps,
        ecn,
        sendWindow,
        roundTripNanos,
        now);
  }
}

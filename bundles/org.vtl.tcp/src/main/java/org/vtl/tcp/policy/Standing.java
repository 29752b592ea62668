package org.vtl.tcp.policy;

import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;

/**
 * What a service that relays knows of one connection: whether it refused it and why, and what of it
 * was seen before that could be decided. In a slot; on the connection's worker.
 */
public final class Standing {
  private static final int NOT_REFUSED = -1;

  private int refusal = NOT_REFUSED;
  private String rule = "";
  private boolean cleanOutbound;
  private boolean cleanInbound;
  private boolean measuring;
  private int awaited;
  private long measuredFrom;

  Standing() {}

  /** Why it was refused last; null if it was not. */
  public Refusal refusal() {
    return refusal == NOT_REFUSED ? null : Refusal.at(refusal);
  }

  /** The line of the rules that decided; empty where none did. */
  String rule() {
    return rule;
  }

  /** It is refused; what was seen of it counts no more. */
  void refuse(Refusal why, String rule) {
    clear();
    refusal = why.ordinal();
    this.rule = rule;
  }

  /** A segment of {@code direction} was seen that has no {@link Obstacle}. */
  public void clean(Direction direction) {
    if (direction == Direction.OUTBOUND) {
      cleanOutbound = true;
    } else {
      cleanInbound = true;
    }
  }

  /**
   * Whether both ends have shown segments without obstacle, so that both may be taken for such that
   * send none with one.
   */
  public boolean isClean() {
    return cleanOutbound && cleanInbound;
  }

  /** Begins to measure the path: {@code sequence} is to be acknowledged by the peer. */
  public void measure(int sequence, long nanos) {
    measuring = true;
    awaited = sequence;
    measuredFrom = nanos;
  }

  /** Whether it was begun. */
  public boolean isMeasuring() {
    return measuring;
  }

  /** When what is measured was sent, in nanoseconds of the worker's clock. */
  public long measuredFrom() {
    return measuredFrom;
  }

  /** Whether {@code segment} of the peer acknowledges what is measured. */
  public boolean isMeasured(Packet segment) {
    TcpHeader tcp = segment.tcp();
    return measuring
        && tcp.isAck()
        && !tcp.isRst()
        && Seq.atOrAfter(tcp.acknowledgmentNumber(), awaited);
  }

  /** Makes it fresh: nothing was seen, nothing refused. */
  void clear() {
    refusal = NOT_REFUSED;
    rule = "";
    cleanOutbound = false;
    cleanInbound = false;
    measuring = false;
  }
}

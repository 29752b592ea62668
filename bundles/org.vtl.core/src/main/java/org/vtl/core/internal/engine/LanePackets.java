package org.vtl.core.internal.engine;

import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;

/**
 * The packets of one lane, made with it: whose each is, how many may wait, and which were lost for
 * what reason. The worker's.
 */
final class LanePackets implements AutoCloseable {
  /** One in so many packets is never kept waiting, so that some are always free to arrive. */
  private static final int RESERVE_PART = 8;

  private final Lane lane;
  private final PacketPool pool;

  /** {@code count} packets of {@code lane}. */
  LanePackets(Lane lane, int count) {
    this.lane = lane;
    pool = PacketPool.inLargePages(count);
    for (int i = 0; i < count; i++) {
      pool.packet(i).attach(new PacketState(pool.packet(i), lane));
    }
  }

  int capacity() {
    return pool.capacity();
  }

  /** How many are free. */
  int available() {
    return pool.available();
  }

  /** How many may still be kept waiting, by services and queues together; may be negative. */
  int spare() {
    return pool.available() - pool.capacity() / RESERVE_PART;
  }

  /** Whether so few are free that those left are for what arrives, not for what waits. */
  boolean isLow() {
    return spare() <= 0;
  }

  /** A free packet that is still nobody's, or null. */
  Packet acquireUnowned() {
    return pool.acquire();
  }

  /** A free packet in the lane's hands, or null. */
  Packet acquire() {
    Packet packet = pool.acquire();
    if (packet != null) {
      ((PacketState) packet.attachment()).begin(PacketState.Owner.LANE);
    }
    return packet;
  }

  void free(PacketState state) {
    state.owner = PacketState.Owner.POOL;
    pool.release(state.packet);
  }

  /** Counts and frees a packet that goes nowhere. */
  void discard(PacketState state, Reason reason) {
    state.packet.setReasonCode(reason.code());
    lane.statistics().drops[reason.code()]++;
    lane.taps().drop(state, reason);
    lane.chronicle().dropped(state, null, reason);
    free(state);
  }

  /** Frees what the lane was at when its round broke off; all that waits has another owner. */
  void reclaim(Reason reason) {
    for (int i = 0; i < pool.capacity(); i++) {
      PacketState state = (PacketState) pool.packet(i).attachment();
      if (state.owner == PacketState.Owner.LANE) {
        lane.statistics().drops[reason.code()]++;
        free(state);
      }
    }
  }

  /** Frees the memory of all. */
  @Override
  public void close() {
    pool.close();
  }
}

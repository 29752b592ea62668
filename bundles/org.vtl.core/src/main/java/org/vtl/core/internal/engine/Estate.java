package org.vtl.core.internal.engine;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * State in connections that a departed service has saved for a successor who is not there yet. It
 * lies close together, without an object for each, so that a million cost the collector nothing. As
 * much as fits is kept; what does not is counted, and the successor finds nothing in those
 * connections. The worker's.
 */
final class Estate {
  /** Bytes for one service's estates on one link. */
  static final int MOST_BYTES = 32 << 20;

  /** What a state takes beside its bytes: its connection's number, its length. */
  static final int HEADER_BYTES = 10;

  static final int CHUNK_BYTES = 64 << 10;

  private final Lane lane;
  private final long savedNanos;
  private final int mostChunks;
  private final List<ByteBuffer> chunks = new ArrayList<>();

  /** By the connections' places plus one, where the state begins, counted from 1; 0 for none. */
  private final int[] begins;

  /** For the first {@code places} places of {@code lane}, and place -1, the untracked one's. */
  Estate(Lane lane, int places) {
    this.lane = lane;
    savedNanos = lane.now();
    mostChunks = MOST_BYTES / CHUNK_BYTES / lane.workers();
    begins = new int[places + 1];
  }

  boolean isOlder(long nanos) {
    return savedNanos < nanos;
  }

  /** Keeps what {@code state} holds for connection {@code id}, or counts that it cannot. */
  void add(int place, long id, ByteBuffer state) {
    if (chunks.isEmpty() || chunks.getLast().remaining() < HEADER_BYTES + state.remaining()) {
      if (chunks.size() == mostChunks) {
        lane.statistics().statesLost++;
        return;
      }
      chunks.add(ByteBuffer.allocate(CHUNK_BYTES));
    }
    ByteBuffer chunk = chunks.getLast();
    begins[place + 1] = (chunks.size() - 1) * CHUNK_BYTES + chunk.position() + 1;
    chunk.putLong(id).putShort((short) state.remaining()).put(state);
  }

  /** Gives the state of connection {@code id} away; null if there is none. */
  ByteBuffer remove(int place, long id) {
    if (place + 1 >= begins.length || begins[place + 1] == 0) {
      return null;
    }
    int begin = begins[place + 1] - 1;
    begins[place + 1] = 0;
    ByteBuffer chunk = chunks.get(begin / CHUNK_BYTES);
    int at = begin % CHUNK_BYTES;
    return chunk.getLong(at) == id
        ? ByteBuffer.wrap(chunk.array(), at + HEADER_BYTES, chunk.getShort(at + 8)).slice()
        : null; // another has ended in this place
  }
}

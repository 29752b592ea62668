package org.vtl.tcp.internal.endpoint;

import java.lang.foreign.MemorySegment;
import org.vtl.packet.Packet;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;

/** An endpoint, and an application behind it that writes so many bytes and reads what comes. */
final class SimulatedEnd implements SegmentOutput, EndpointListener {
  private static final long NEVER = Long.MAX_VALUE;

  final SimulatedPath path;
  final TcpEndpoint endpoint = new TcpEndpoint();
  final EndpointSettings settings = new EndpointSettings();
  final ByteStream incoming = new ByteStream();
  final ByteStream outgoing = new ByteStream();
  private final long seed;
  private final byte[] buffer = new byte[8192];

  /** The other one, whose bytes this one must read. */
  SimulatedEnd peer;

  /** Bytes to write in all, before it finishes. */
  long toWrite;

  /** Bytes the application reads in each of its turns; 0 reads at once all there is. */
  int readAtOnce;

  long readEveryNanos = 5 * SimulatedPath.MILLISECOND;

  /** Whether it answers a SYN. */
  boolean listening;

  int initialSequence;

  /** When it aborts. */
  long abortAt = NEVER;

  int offload;
  long writtenBytes;
  long readBytes;
  boolean established;
  boolean finished;
  Closing closing;
  private long readAt = NEVER;

  SimulatedEnd(SimulatedPath path, long seed) {
    this.path = path;
    this.seed = seed;
    initialSequence = (int) mix(-1);
    settings.timestampOffset = (int) mix(-2);
    settings.control = CongestionControls.named("cubic");
  }

  private long mix(long word) {
    long z = (seed << 40) + word * 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    z = (z ^ z >>> 27) * 0x94d0_49bb_1331_11ebL;
    return z ^ z >>> 31;
  }

  /** The byte that this end writes at {@code offset}. */
  private byte content(long offset) {
    return (byte) (mix(offset >>> 3) >>> 8 * (offset & 7));
  }

  void open(ChunkPool pool, long limit, long initial) {
    incoming.begin(pool.share(), limit, initial);
    outgoing.begin(pool.share(), limit, initial);
    endpoint.open(settings, this, incoming, outgoing, this);
    write();
  }

  void connect() {
    endpoint.connect(initialSequence, path.now());
  }

  @Override
  public boolean send(OutgoingSegment segment) {
    return path.send(this, segment);
  }

  @Override
  public int largestPayload(int segmentSize) {
    return Math.max(segmentSize, offload / segmentSize * segmentSize);
  }

  void receive(Packet packet) {
    if (listening && packet.tcp().isSyn()) {
      listening = false;
      endpoint.hear(packet, path.now());
      endpoint.answer(initialSequence, path.now());
      return;
    }
    if (!endpoint.receive(packet, path.now())) {
      throw new AssertionError("nothing opens anew here");
    }
  }

  long nextDeadline() {
    return Math.min(endpoint.nextDeadline(), Math.min(readAt, abortAt));
  }

  void expire() {
    if (abortAt <= path.now()) {
      abortAt = NEVER;
      endpoint.abort(path.now());
    }
    if (readAt <= path.now()) {
      readAt = NEVER;
      read(readAtOnce);
    }
    if (endpoint.nextDeadline() <= path.now()) {
      endpoint.expire(path.now());
    }
  }

  private boolean write() {
    boolean wrote = false;
    while (writtenBytes < toWrite) {
      int count = (int) Math.min(buffer.length, toWrite - writtenBytes);
      count = (int) Math.min(count, outgoing.edge() - outgoing.end());
      if (count <= 0) {
        return wrote;
      }
      long end = outgoing.end();
      for (int i = 0; i < count; i++) {
        buffer[i] = content(end + i);
      }
      int kept = outgoing.write(end, MemorySegment.ofArray(buffer), 0, count);
      outgoing.advance(end + kept);
      writtenBytes += kept;
      wrote |= kept > 0;
      if (kept < count) {
        return wrote;
      }
    }
    if (!outgoing.isFinished()) {
      outgoing.finish();
      wrote = true;
    }
    return wrote;
  }

  private void read(long most) {
    long left = most;
    while (left > 0 && incoming.start() < incoming.end()) {
      int count = (int) Math.min(Math.min(left, buffer.length), incoming.end() - incoming.start());
      incoming.read(incoming.start(), MemorySegment.ofArray(buffer), 0, count);
      for (int i = 0; i < count; i++) {
        if (buffer[i] != peer.content(incoming.start() + i)) {
          throw new AssertionError("byte " + (incoming.start() + i) + " was not written");
        }
      }
      incoming.release(incoming.start() + count);
      readBytes += count;
      left -= count;
    }
    if (incoming.start() < incoming.end()) {
      readAt = path.now() + readEveryNanos;
    }
    if (closing == null) {
      endpoint.pump(path.now());
    }
  }

  @Override
  public void established(TcpEndpoint e, long now) {
    established = true;
  }

  @Override
  public void received(TcpEndpoint e, long now) {
    finished = incoming.isFinished();
    if (readAtOnce == 0) {
      read(NEVER);
    } else if (readAt == NEVER) {
      readAt = now + readEveryNanos;
    }
  }

  @Override
  public void acknowledged(TcpEndpoint e, long now) {
    if (closing == null && write()) {
      endpoint.pump(now);
    }
  }

  @Override
  public void closed(TcpEndpoint e, Closing why, long now) {
    if (closing != null) {
      throw new AssertionError("closed twice: " + closing + ", " + why);
    }
    closing = why;
    abortAt = NEVER;
    if (readAtOnce == 0 || incoming.start() == incoming.end()) {
      readAt = NEVER;
    }
  }

  void close() {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
  }
}

package org.vtl.tcp.internal.relay;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.tcp.internal.endpoint.EndpointListener;
import org.vtl.tcp.internal.endpoint.EndpointSettings;
import org.vtl.tcp.internal.endpoint.TcpEndpoint;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.testkit.Frames;

/**
 * One end of one of many connections. What it writes at an offset is a function of the offset, so
 * that each byte read is checked where it is read.
 */
final class CrowdEnd implements SegmentOutput, EndpointListener {
  private static final String[] CONTROLS = {"cubic", "reno", "bbr"};
  private static final int[] SIZES = {0, 1, 1_460, 8_192, 65_536};
  private static final int[] SEGMENTS = {536, 1_000, 1_460};
  private static final int LARGEST_V6 = 1_440;

  final TcpEndpoint endpoint = new TcpEndpoint();
  final ByteStream incoming = new ByteStream();
  private final ByteStream outgoing = new ByteStream();
  private final EndHeaders headers = new EndHeaders();
  private final EndpointSettings settings = new EndpointSettings();
  private final Crowd crowd;
  private final Path out;
  private final long seed;
  private final byte[] part = new byte[4_096];
  private final int initialSequence;
  private final long size;
  private boolean heard;
  private boolean established;
  private long written;
  private long pausedUntil;
  long read;
  Closing closed;

  CrowdEnd(Crowd crowd, Path out, Frames example, Random random) {
    this.crowd = crowd;
    this.out = out;
    seed = random.nextLong();
    initialSequence = random.nextBoolean() ? random.nextInt() : -random.nextInt(30_000);
    size =
        switch (random.nextInt(4)) {
          case 0 -> SIZES[random.nextInt(SIZES.length)];
          case 1 -> random.nextInt(200_000);
          default -> random.nextInt(8_000);
        };
    settings.control = CongestionControls.named(CONTROLS[random.nextInt(CONTROLS.length)]);
    settings.timestampOffset = random.nextBoolean() ? random.nextInt() : -random.nextInt(3_000);
    settings.timestamps = random.nextInt(4) > 0;
    settings.sack = random.nextInt(4) > 0;
    settings.ecn = random.nextBoolean();
    settings.windowScale = random.nextInt(4) == 0 ? -1 : random.nextInt(9);
    settings.maximumSegmentSize = SEGMENTS[random.nextInt(SEGMENTS.length)];
    if (crowd.has(Crowd.Circumstance.IPV6)) {
      settings.maximumSegmentSize = Math.min(settings.maximumSegmentSize, LARGEST_V6);
    }
    settings.timeWaitNanos = 2_000 * RelayRig.MILLI;
    settings.handshakePatienceNanos = 600_000 * RelayRig.MILLI;
    incoming.begin(crowd.endChunks.share(), 256 << 10, 4 << 10 << random.nextInt(5));
    outgoing.begin(crowd.endChunks.share(), 256 << 10, 64 << 10);
    endpoint.open(settings, this, incoming, outgoing, this);
    headers.learn(example.build(crowd.made));
  }

  private byte content(long offset) {
    long z = seed + (offset >>> 3) * 0x9e37_79b9_7f4a_7c15L;
    z = (z ^ z >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    return (byte) (z >>> 8 * (offset & 7));
  }

  @Override
  public boolean send(OutgoingSegment segment) {
    crowd.writer.write(crowd.made, headers, segment);
    crowd.made.seal(false);
    out.send(crowd.made, crowd.now());
    return true;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return segmentSize;
  }

  void connect() {
    heard = true;
    endpoint.connect(initialSequence, crowd.now());
  }

  void receive(Packet frame) {
    if (!heard && frame.tcp().isSyn() && !frame.tcp().isAck()) {
      if (!frame.isTransportChecksumRight()) {
        return;
      }
      heard = true;
      endpoint.hear(frame, crowd.now());
      endpoint.answer(initialSequence, crowd.now());
    } else {
      endpoint.receive(frame, crowd.now());
    }
  }

  /** Lets application and timers work; {@code other} wrote what it reads. */
  void turn(CrowdEnd other, Random random) {
    long now = crowd.now();
    if (endpoint.nextDeadline() <= now) {
      endpoint.expire(now);
    }
    if (random.nextInt(2_000) == 0) {
      pausedUntil = now + random.nextInt(3_000) * RelayRig.MILLI;
    }
    boolean any = pausedUntil <= now && drain(other);
    if (established && closed == null) {
      any |= fill();
    }
    if (any) {
      endpoint.pump(now);
    }
  }

  /** Reads what there is, which must be what {@code other} has written. */
  boolean drain(CrowdEnd other) {
    long before = read;
    while (read < incoming.end()) {
      int count = (int) Math.min(part.length, incoming.end() - read);
      incoming.read(read, MemorySegment.ofArray(part), 0, count);
      for (int i = 0; i < count; i++) {
        if (part[i] != other.content(read + i)) {
          throw new AssertionError("byte " + (read + i) + " is not what was written: " + other);
        }
      }
      read += count;
      incoming.release(read);
    }
    return read > before;
  }

  private boolean fill() {
    boolean any = false;
    while (written < size && outgoing.end() < outgoing.edge()) {
      long room = Math.min(size - written, outgoing.edge() - outgoing.end());
      int count = (int) Math.min(part.length, room);
      for (int i = 0; i < count; i++) {
        part[i] = content(written + i);
      }
      int kept = outgoing.write(written, MemorySegment.ofArray(part), 0, count);
      written += kept;
      outgoing.advance(written);
      any = true;
    }
    if (written == size && !outgoing.isFinished()) {
      outgoing.finish();
      any = true;
    }
    return any;
  }

  /** Whether it got all that {@code other} was to write, and its end. */
  boolean isComplete(CrowdEnd other) {
    return incoming.isFinished() && read == other.size;
  }

  void clear() {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
  }

  boolean isOver() {
    return closed != null || (heard && endpoint.state() == TcpState.TIME_WAIT);
  }

  @Override
  public void established(TcpEndpoint endpoint, long now) {
    established = true;
  }

  @Override
  public void received(TcpEndpoint endpoint, long now) {}

  @Override
  public void acknowledged(TcpEndpoint endpoint, long now) {}

  @Override
  public void closed(TcpEndpoint endpoint, Closing why, long now) {
    closed = why;
  }

  @Override
  public String toString() {
    return "%s closed %s, %d of %d written, %d read%s"
        .formatted(
            endpoint.state(), closed, written, size, read, incoming.isFinished() ? ", end" : "");
  }
}

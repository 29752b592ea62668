package org.vtl.tcp.internal.relay;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.tcp.internal.endpoint.EndpointListener;
import org.vtl.tcp.internal.endpoint.EndpointSettings;
import org.vtl.tcp.internal.endpoint.TcpEndpoint;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;
import org.vtl.testkit.Frames;

/**
 * A host with one connection: an endpoint of ours, an application that writes random bytes and
 * reads all that comes.
 */
final class Host implements SegmentOutput, EndpointListener, AutoCloseable {
  private static final int PART = 4_096;

  final TcpEndpoint endpoint = new TcpEndpoint();
  final EndpointSettings settings = new EndpointSettings();
  final EndHeaders headers = new EndHeaders();
  final ByteStream incoming = new ByteStream();
  final ByteStream outgoing = new ByteStream();
  private final ChunkPool chunks = new ChunkPool(64 << 20);
  private final PacketPool pool = new PacketPool(2);
  private final Packet made = pool.acquire();
  private final SegmentWriter writer = new SegmentWriter();
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment part = arena.allocate(PART);
  private final Random random;
  private final MessageDigest written = digest();
  private final MessageDigest read = digest();

  /** Where its frames go; set by the rig. */
  Path out;

  /** What was written and read, where {@link #keepsContent}. */
  final ByteArrayOutputStream wrote = new ByteArrayOutputStream();

  final ByteArrayOutputStream got = new ByteArrayOutputStream();

  boolean keepsContent;
  long toWrite;
  boolean finishes = true;
  boolean refuses;
  Closing closed;
  boolean isEstablished;
  private boolean reads = true;
  private long now;

  /** {@code example} shows how its frames look. */
  Host(long seed, Frames example) {
    random = new Random(seed);
    settings.control = CongestionControls.named("cubic");
    settings.timestampOffset = (int) seed * 1_000_003;
    incoming.begin(chunks.share(), 4 << 20, 64 << 10);
    outgoing.begin(chunks.share(), 4 << 20, 64 << 10);
    endpoint.open(settings, this, incoming, outgoing, this);
    headers.learn(example.build(made));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  // ---- the network -----------------------------------------------------------------------------

  @Override
  public boolean send(OutgoingSegment segment) {
    writer.write(made, headers, segment);
    made.seal(false);
    out.send(made, now);
    return true;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return segmentSize;
  }

  void receive(Packet frame, int answerWith, long now) {
    this.now = now;
    if (frame.isTcp() && frame.tcp().isSyn() && !frame.tcp().isAck() && answerWith != 0) {
      endpoint.hear(frame, now);
      if (refuses) {
        endpoint.refuse(now);
      } else {
        endpoint.answer(answerWith, now);
      }
      return;
    }
    endpoint.receive(frame, now);
  }

  void connect(int initialSequence, long now) {
    this.now = now;
    endpoint.connect(initialSequence, now);
  }

  /** Lets the application and the timers work. */
  void turn(long now) {
    this.now = now;
    if (endpoint.nextDeadline() <= now) {
      endpoint.expire(now);
    }
    if (reads) {
      drain();
    }
    boolean wrote = isEstablished && fill();
    if (wrote || reads) {
      endpoint.pump(now);
    }
  }

  void setReads(boolean reads) {
    this.reads = reads;
  }

  private boolean fill() {
    boolean any = false;
    while (toWrite > 0 && outgoing.end() < outgoing.edge()) {
      int count = (int) Math.min(Math.min(PART, toWrite), outgoing.edge() - outgoing.end());
      byte[] bytes = new byte[count];
      random.nextBytes(bytes);
      MemorySegment.copy(bytes, 0, part, ValueLayout.JAVA_BYTE, 0, count);
      int kept = outgoing.write(outgoing.end(), part, 0, count);
      written.update(bytes, 0, kept);
      if (keepsContent) {
        wrote.write(bytes, 0, kept);
      }
      outgoing.advance(outgoing.end() + kept);
      toWrite -= kept;
      any = true;
      if (kept < count) {
        break;
      }
    }
    if (toWrite == 0 && finishes && !outgoing.isFinished()) {
      outgoing.finish();
      any = true;
    }
    return any;
  }

  private void drain() {
    while (incoming.start() < incoming.end()) {
      int count = (int) Math.min(PART, incoming.end() - incoming.start());
      incoming.read(incoming.start(), part, 0, count);
      byte[] bytes = part.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
      read.update(bytes);
      if (keepsContent) {
        got.writeBytes(bytes);
      }
      incoming.release(incoming.start() + count);
    }
  }

  // ---- what became of it -----------------------------------------------------------------------

  static String hash(MessageDigest of) {
    try {
      return HexFormat.of().formatHex(((MessageDigest) of.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  String written() {
    return hash(written);
  }

  String read() {
    return hash(read);
  }

  @Override
  public void established(TcpEndpoint endpoint, long now) {
    isEstablished = true;
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
  public void close() {
    endpoint.close();
    incoming.clear();
    outgoing.clear();
    chunks.close();
    pool.close();
    arena.close();
  }
}

package org.vtl.tcp.internal.endpoint;

import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.Seq;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;
import org.vtl.tcp.internal.stream.ChunkPool;

/**
 * Watches a connection from the middle of its path and, in the midst of it, takes the place of each
 * end towards the other: two endpoints that adopt what is in flight.
 */
final class SimulatedSplit implements SimulatedPath.Middle, EndpointListener {
  private final SimulatedPath path;
  private final ChunkPool pool;
  private final Side[] sides = {new Side(0), new Side(1)};

  /** From when on it takes over, once it may. */
  long insertAt = Long.MAX_VALUE;

  boolean inserted;

  /** Whether it took over a connection that one end had finished. */
  boolean halfClosed;

  /** Bytes that an end had sent and the other not acknowledged when it took over. */
  long inFlight;

  /** Faces one end, in the other's place; and what was seen of the end it faces. */
  private final class Side implements SegmentOutput {
    final int faces;
    final TcpEndpoint endpoint = new TcpEndpoint();
    final EndpointSettings settings = new EndpointSettings();
    final ByteStream incoming = new ByteStream();
    boolean opened;
    boolean acknowledges;
    boolean finished;
    boolean reset;
    boolean sack;
    boolean timestamps;
    int shift;
    int segmentSize;
    int next;
    int acknowledgment;
    int window;
    int timestamp;

    Side(int faces) {
      this.faces = faces;
    }

    void see(TcpHeader tcp) {
      if (tcp.isSyn()) {
        shift = tcp.windowScale();
        sack = tcp.sackPermitted();
        timestamps = tcp.hasTimestamps();
        segmentSize = tcp.maximumSegmentSize();
        next = tcp.endSequence();
      }
      if (!opened || Seq.after(tcp.endSequence(), next)) {
        next = tcp.endSequence();
      }
      opened = true;
      finished |= tcp.isFin();
      reset |= tcp.isRst();
      if (tcp.isAck()
          && (!acknowledges || Seq.atOrAfter(tcp.acknowledgmentNumber(), acknowledgment))) {
        acknowledgment = tcp.acknowledgmentNumber();
        window = tcp.window() << (tcp.isSyn() ? 0 : Math.max(0, shift));
        acknowledges |= !tcp.isSyn();
      }
      if (!timestamps || timestamp == 0 || Seq.after(tcp.timestampValue(), timestamp)) {
        timestamp = tcp.timestampValue();
      }
    }

    @Override
    public boolean send(OutgoingSegment segment) {
      return path.send(segment, faces, true);
    }

    @Override
    public int largestPayload(int size) {
      return size;
    }
  }

  SimulatedSplit(SimulatedPath path, ChunkPool pool) {
    this.path = path;
    this.pool = pool;
  }

  @Override
  public boolean take(Packet packet, int to) {
    if (!inserted) {
      sides[1 - to].see(packet.tcp());
      if (path.now() < insertAt || !isReady()) {
        return false;
      }
      insert(); // what is here goes on its way still: it is in flight
      return false;
    }
    sides[1 - to].endpoint.receive(packet, path.now());
    return true;
  }

  private boolean isReady() {
    Side a = sides[0];
    Side b = sides[1];
    return a.acknowledges
        && b.opened
        && b.acknowledgment != 0
        && !a.reset
        && !b.reset
        && !(a.finished && b.finished)
        && (!a.finished || isThrough(a, b))
        && (!b.finished || isThrough(b, a));
  }

  /** Whether the other end has acknowledged the FIN of {@code side}'s. */
  private static boolean isThrough(Side side, Side other) {
    return other.acknowledgment == side.next;
  }

  private void insert() {
    inserted = true;
    for (Side side : sides) {
      side.incoming.begin(pool.share(), 1 << 20, 256 << 10);
      side.settings.control = CongestionControls.named("cubic");
    }
    for (Side side : sides) {
      Side other = sides[1 - side.faces];
      side.endpoint.open(side.settings, side, side.incoming, other.incoming, this);
    }
    for (Side side : sides) {
      side.endpoint.adopt(adoption(side, sides[1 - side.faces]), path.now());
    }
  }

  private Adoption adoption(Side side, Side other) {
    boolean scales = side.shift >= 0 && other.shift >= 0;
    Adoption adoption = new Adoption();
    adoption.state =
        side.finished
            ? TcpState.CLOSE_WAIT
            : other.finished ? TcpState.FIN_WAIT_2 : TcpState.ESTABLISHED;
    halfClosed |= side.finished;
    adoption.sendUnacknowledged = side.acknowledgment;
    adoption.sendNext = other.next;
    adoption.sendWindow = side.window;
    adoption.receiveNext = other.acknowledgment;
    adoption.receiveEdge = other.acknowledgment + other.window;
    adoption.sendShift = scales ? side.shift : 0;
    adoption.receiveShift = scales ? other.shift : 0;
    adoption.segmentSize = side.segmentSize;
    adoption.sack = side.sack && other.sack;
    adoption.timestamps = side.timestamps && other.timestamps;
    adoption.recentTimestamp = side.timestamp;
    adoption.lastTimestamp = other.timestamp;
    inFlight += other.next - side.acknowledgment;
    return adoption;
  }

  @Override
  public void expire() {
    for (Side side : sides) {
      if (side.endpoint.nextDeadline() <= path.now()) {
        side.endpoint.expire(path.now());
      }
    }
  }

  @Override
  public long nextDeadline() {
    return inserted
        ? Math.min(sides[0].endpoint.nextDeadline(), sides[1].endpoint.nextDeadline())
        : Long.MAX_VALUE;
  }

  private TcpEndpoint other(TcpEndpoint endpoint) {
    return sides[endpoint == sides[0].endpoint ? 1 : 0].endpoint;
  }

  @Override
  public void established(TcpEndpoint endpoint, long now) {
    throw new AssertionError("it was established before");
  }

  @Override
  public void received(TcpEndpoint endpoint, long now) {
    other(endpoint).pump(now);
  }

  @Override
  public void acknowledged(TcpEndpoint endpoint, long now) {
    other(endpoint).pump(now);
  }

  @Override
  public void closed(TcpEndpoint endpoint, Closing why, long now) {
    if (why != Closing.FINISHED) {
      other(endpoint).abort(now);
    }
  }

  void close() {
    for (Side side : sides) {
      if (inserted) {
        side.endpoint.close();
        side.incoming.clear();
      }
    }
  }
}

package org.vtl.core.internal.connection;

import org.vtl.connection.Link;
import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.service.PacketService;
import org.vtl.testkit.ScriptCase;
import org.vtl.testkit.ScriptTarget;

/**
 * Runs scripts against one {@link TrackedConnection} and {@link TcpTracker}, without table or
 * chain. A packet's fate is the tracker's finding: {@code ! VALID}.
 *
 * <p>Subjects: {@code vm} and {@code net} (without key the state; {@code seen} is whole seconds
 * since its timestamp was), {@code connection}; {@code vtl} says what becomes of the packets that
 * follow: {@code forwards} them (the default), {@code drops} them, or {@code makes} them, so that
 * they were never observed. {@code verdict} is the finding.
 */
class TrackerTarget implements ScriptTarget, ConnectionOwner {
  TrackedConnection connection;
  private ScriptCase.Run run;
  Finding finding;
  private String treatment;
  private boolean fresh;
  private final FlowKey key = new FlowKey();

  @Override
  public void begin(ScriptCase.Run run) {
    this.run = run;
    treatment = "forwards";
    finding = null;
    fresh = true;
    connection = new TrackedConnection(this, true);
  }

  @Override
  public void deliver(Direction direction, Packet packet, long nanos) {
    if (treatment.equals("carries")) {
      carry(direction, packet);
      return;
    }
    if (treatment.equals("makes")) {
      connection.commit(packet);
      return;
    }
    track(direction, packet, nanos);
    if (treatment.equals("forwards")) {
      connection.commit(packet);
    }
  }

  /** The kernel has carried it, and the model goes on from what that tells of it. */
  private void carry(Direction direction, Packet packet) {
    TcpHeader tcp = packet.tcp();
    int scale = connection.end(direction).windowScale();
    UnseenTraffic unseen = new UnseenTraffic();
    unseen.count(direction, 1, packet.datagramEnd() - packet.networkOffset());
    unseen.tcp(
        tcp.endSequence(),
        tcp.acknowledgmentNumber(),
        tcp.window(),
        tcp.acknowledgmentNumber() + (tcp.window() << scale));
    unseen.addTo(connection);
    finding = Finding.VALID;
  }

  /** Has the model follow {@code packet}; sets {@link #finding}. */
  void track(Direction direction, Packet packet, long nanos) {
    if (fresh) {
      identify(direction, packet);
      finding = TcpTracker.open(connection, packet, direction, nanos);
      fresh = false;
    } else {
      finding = TcpTracker.observe(connection, packet, direction, nanos);
    }
    if (finding == Finding.REOPENS) {
      connection.recycle();
      identify(direction, packet);
      if (TcpTracker.open(connection, packet, direction, nanos) != Finding.VALID) {
        throw new AssertionError("a segment that reopens a connection does not open it");
      }
    }
  }

  private void identify(Direction direction, Packet packet) {
    key.read(packet, direction);
    connection.identify(key);
  }

  @Override
  public void advance(long nanos) {}

  @Override
  public String fate() {
    return finding.name();
  }

  @Override
  public void check(String subject, String key, String expected) {
    if (subject.equals("vtl")) {
      treatment = expected;
    } else {
      ScriptTarget.super.check(subject, key, expected);
    }
  }

  @Override
  public String value(String subject, String key) {
    return switch (subject) {
      case "vm" -> end(Direction.OUTBOUND, key);
      case "net" -> end(Direction.INBOUND, key);
      case "verdict" -> finding.name();
      case "connection" ->
          switch (key) {
            case "established" -> Boolean.toString(connection.isEstablished());
            case "midstream" -> Boolean.toString(connection.isMidstream());
            case "closed" -> Boolean.toString(connection.isClosed());
            case "invalid" -> Long.toString(connection.invalidPackets());
            case "timeout" -> TcpTracker.timeout(connection).name();
            default -> throw unknown(subject, key);
          };
      default -> throw unknown(subject, key);
    };
  }

  private String end(Direction direction, String key) {
    EndpointState end = connection.end(direction);
    return switch (key) {
      case "" -> end.state().name();
      case "known" -> Boolean.toString(end.isKnown());
      case "initial" -> relative(direction, end.initialSequence());
      case "next" -> relative(direction, end.next());
      case "delivered" -> relative(direction, end.delivered());
      case "unacknowledged" -> relative(direction, end.unacknowledged());
      case "deliveredAcknowledgment" -> relative(direction, end.deliveredAcknowledgment());
      case "window" -> Integer.toString(end.window());
      case "scale" -> Integer.toString(end.windowScale());
      case "bytes" -> Long.toString(end.windowBytes());
      case "edge" -> relative(direction, end.windowEdge);
      case "mss" -> Integer.toString(end.maximumSegmentSize());
      case "sack" -> Boolean.toString(end.sackPermitted());
      case "timestamps" -> Boolean.toString(end.timestamps());
      case "timestamp" -> Integer.toUnsignedString(end.timestampValue());
      case "seen" -> Long.toString((run.nanos() - end.timestampNanos()) / 1_000_000_000);
      case "finished" -> Boolean.toString(end.finished());
      case "fin" -> relative(direction, end.finSequence());
      default -> throw unknown("an end", key);
    };
  }

  private String relative(Direction direction, int sequence) {
    return Integer.toString((int) run.relative(direction, sequence));
  }

  private static IllegalArgumentException unknown(String subject, String key) {
    return new IllegalArgumentException("There is no " + key + " of " + subject + ".");
  }

  // ---- ConnectionOwner -------------------------------------------------------------------------

  @Override
  public Link link() {
    return null;
  }

  @Override
  public int serviceId(PacketService service) {
    return -1;
  }

  @Override
  public long left(TrackedConnection connection) {
    return connection.left;
  }

  @Override
  public void fit(TrackedConnection connection, long left) {
    connection.left = left;
  }

  @Override
  public void wanted(TrackedConnection connection) {}

  @Override
  public boolean isInvalid(Packet packet) {
    return finding == Finding.INVALID;
  }
}

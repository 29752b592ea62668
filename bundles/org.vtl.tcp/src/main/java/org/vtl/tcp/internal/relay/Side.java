package org.vtl.tcp.internal.relay;

import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.endpoint.EndpointSettings;
import org.vtl.tcp.internal.endpoint.TcpEndpoint;
import org.vtl.tcp.internal.segment.OutgoingSegment;
import org.vtl.tcp.internal.segment.SegmentOutput;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * One side of a relay: an endpoint, in whose name it speaks, and the way its segments take. One
 * relay's; recycled with it.
 */
final class Side implements SegmentOutput {
  final TcpEndpoint endpoint = new TcpEndpoint();
  final EndpointSettings settings = new EndpointSettings();

  /** How the end looks in whose name it speaks. */
  final EndHeaders speaker = new EndHeaders();

  /** The clock of the end it speaks to. */
  final EndClock clock = new EndClock();

  /** Where its segments go: INBOUND on the VM's side. */
  final Direction direction;

  private final LiveRelay relay;
  ByteStream incoming;
  ByteStream outgoing;
  SideOptions options;
  boolean closed;

  Side(LiveRelay relay, Direction direction) {
    this.relay = relay;
    this.direction = direction;
  }

  @Override
  public boolean send(OutgoingSegment segment) {
    Worker worker = relay.worker;
    Packet packet = worker.injector().newFrame(relay.connection.link());
    if (packet == null) {
      return false;
    }
    packet.setDirection(direction);
    worker.writer.write(packet, speaker, segment);
    worker.injector().inject(packet, relay.connection);
    return true;
  }

  @Override
  public int largestPayload(int segmentSize) {
    return SegmentWriter.largestPayload(segmentSize);
  }

  /**
   * Takes an ICMP error, if it is about a segment of this side and says what an endpoint heeds.
   *
   * @return false if it is not for this side
   */
  boolean hear(Packet error, long now) {
    if (!error.icmp().isError()
        || !Quote.isOf(error, speaker.sourcePort(), speaker.destinationPort())) {
      return false;
    }
    if (Quote.isTooBig(error)) {
      endpoint.packetTooBig(Quote.sequence(error), Quote.largestSegment(error), now);
    } else if (Quote.isUnreachable(error)) {
      endpoint.unreachable(Quote.sequence(error), Quote.isHard(error), now);
    } else {
      return false;
    }
    return true;
  }

  /** Takes a segment; false where the endpoint's says so. */
  boolean receive(Packet segment, long now) {
    // What fits the model has a right checksum: the engine has summed it.
    return endpoint.receive(segment, !relay.connection.isInvalid(segment), now);
  }

  void pump(long now) {
    if (!closed) {
      endpoint.pump(now);
    }
  }

  /** What it hears is acknowledged once the other end has it, whose window it passes on. */
  void followLate() {
    settings.acknowledgesLate = true;
    settings.bindsWindow = true;
  }

  /** Passes {@code other}'s end's window on to its own; whether that is wider than before. */
  boolean hasRoomOf(Side other) {
    return settings.bindsWindow && endpoint.hasRoom(other.endpoint.sendEdge());
  }

  boolean isQuiet() {
    return closed || endpoint.state() == TcpState.TIME_WAIT || endpoint.isQuiet();
  }

  /** What is known of it; {@code undelivered} of what it holds was acknowledged to its sender. */
  RelayInfo.Side info(long undelivered) {
    return new RelayInfo.Side(
        endpoint.state().name(),
        incoming.end(),
        outgoing.start(),
        outgoing.end() - outgoing.start(),
        undelivered,
        outgoing.capacity(),
        endpoint.inFlight(),
        endpoint.retransmittedBytes(),
        settings.control == null ? 0 : settings.control.window(),
        endpoint.sendWindow(),
        endpoint.roundTripNanos(),
        settings.control == null ? "" : settings.control.name() + ": " + settings.control.state());
  }

  void clear() {
    endpoint.close();
    speaker.forget();
    incoming = null;
    outgoing = null;
    options = null;
    settings.control = null;
    settings.acknowledgesLate = false;
    settings.acknowledgesFinLate = false;
    settings.bindsWindow = false;
    closed = false;
  }
}

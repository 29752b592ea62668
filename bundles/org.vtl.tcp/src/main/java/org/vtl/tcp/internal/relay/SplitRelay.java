package org.vtl.tcp.internal.relay;

import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Verdict;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.internal.endpoint.Adoption;
import org.vtl.tcp.internal.endpoint.Closing;
import org.vtl.tcp.internal.endpoint.EndpointListener;
import org.vtl.tcp.internal.endpoint.TcpEndpoint;
import org.vtl.tcp.internal.stream.ByteStream;

/**
 * Two endpoints joined by two streams: what one receives the other sends.
 *
 * <pre>
 *   VM  &lt;--- vmSide ---&gt; [ toNetwork ] ---&gt; networkSide ---&gt;  peer
 *                  &lt;--- [   toVm    ] &lt;---
 * </pre>
 *
 * <p>Byte n of an end has number n on both sides, for the ends shake hands with each other and the
 * endpoints take over from there. So the engine's model needs no translation, and a relay whose
 * streams are empty can go without a trace but the timestamps.
 */
final class SplitRelay extends LiveRelay implements EndpointListener {
  /** How long an end may take for what the other, which is gone, had sent. */
  private static final long LINGER_NANOS = 60_000_000_000L;

  private final Side vmSide = new Side(this, Direction.INBOUND);
  private final Side networkSide = new Side(this, Direction.OUTBOUND);
  private final Watch watch = new Watch(this);

  private boolean isLeavingOnceJoined;

  /** How it will have ended, once the end that is left has all that the other had sent; or null. */
  private Ending lingering;

  private long lingerEnd;

  SplitRelay(Worker worker) {
    super(worker);
  }

  // ---- before ----------------------------------------------------------------------------------

  /** Watches the handshake that {@code syn} begins. */
  void open(Packet syn, Connection connection, SplitOptions options, long now) {
    begin(Kind.SPLIT, connection, options.owner(), State.OPENING, now);
    prepare(options.vmSide(), options.networkSide());
    watch.begin(connection, false);
    take(syn, now);
    settle(now);
  }

  /** Joins a live connection from its next packet on. */
  void insert(Connection connection, SplitOptions options, long now) {
    begin(Kind.SPLIT, connection, options.owner(), State.JOINING, now);
    prepare(options.vmSide(), options.networkSide());
    watch.begin(connection, true);
  }

  /** Acknowledges locally as soon as both ends have spoken, be it long ago. */
  void acknowledge(Connection connection, LocalAcknowledgmentOptions options, long now) {
    boolean lives = connection.isEstablished();
    State first = lives ? State.JOINING : State.OPENING;
    begin(Kind.LOCAL_ACKNOWLEDGMENT, connection, options.owner(), first, now);
    SideOptions toVm = options.networkData();
    SideOptions toNetwork = options.vmData();
    if (toNetwork == null) {
      vmSide.followLate();
    }
    if (toVm == null) {
      networkSide.followLate();
    }
    vmSide.settings.acknowledgesFinLate = true;
    networkSide.settings.acknowledgesFinLate = true;
    prepare(orAsMuch(toVm, toNetwork), orAsMuch(toNetwork, toVm));
    watch.begin(connection, lives);
  }

  /** What is acknowledged late is held all the same, and the path is as long. */
  private static SideOptions orAsMuch(SideOptions side, SideOptions other) {
    if (side != null || other == null) {
      return side == null ? SideOptions.DEFAULT : side;
    }
    return SideOptions.DEFAULT.withBuffer(other.buffer());
  }

  private void prepare(SideOptions vm, SideOptions network) {
    vmSide.options = vm;
    networkSide.options = network;
    worker.begin(toNetwork, network);
    worker.begin(toVm, vm);
    join(vmSide, toNetwork, toVm);
    join(networkSide, toVm, toNetwork);
  }

  private void join(Side side, ByteStream incoming, ByteStream outgoing) {
    side.incoming = incoming;
    side.outgoing = outgoing;
    worker.furnish(side);
    side.endpoint.open(side.settings, side, incoming, outgoing, this);
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  Verdict take(Packet packet, long now) {
    if (packet.isTcp() && !packet.isFragment()) {
      if (!connection.isInvalid(packet)) {
        speaker(packet.direction()).learn(packet); // not of whoever only guesses at the ports
      }
      return isOpen() ? relay(packet, now) : watch(packet, now);
    }
    if (packet.isIcmp() || packet.isIcmpv6()) {
      // While the ends speak to each other it is theirs; later it is about a segment of the side
      // that sends where the error comes from.
      return isOpen() && facing(packet.direction()).hear(packet, now)
          ? worker.outcomes.relayed.drop(packet)
          : Verdict.CONTINUE;
    }
    return isOpen() ? fragment(packet, now) : Verdict.CONTINUE;
  }

  /**
   * No endpoint can read it, and its sender would repeat it for ever: the relay leaves, and what is
   * repeated then passes.
   */
  private Verdict fragment(Packet packet, long now) {
    if (!connection.isInvalid(packet)) { // not of whoever only guesses at the ports
      facing(packet.direction()).endpoint.forgetAhead();
      if (state == State.OPEN) {
        drain(now);
      }
    }
    return worker.outcomes.fragment.drop(packet);
  }

  private boolean isOpen() {
    return state == State.OPEN || state == State.LEAVING;
  }

  /** The side that {@code direction}'s sender speaks with. */
  private Side facing(Direction direction) {
    return direction == Direction.OUTBOUND ? vmSide : networkSide;
  }

  /** How that sender looks, in whose name the other side speaks. */
  private EndHeaders speaker(Direction direction) {
    return facing(direction.reverse()).speaker;
  }

  private Verdict relay(Packet packet, long now) {
    Side hearing = facing(packet.direction());
    Side passing = facing(packet.direction().reverse());
    boolean waits = hearing.settings.bindsWindow && passing.endpoint.isWindowClosed();
    if (!hearing.receive(packet, now)) {
      end(Ending.FINISHED); // another connection of the same ports begins
      return Verdict.CONTINUE;
    }
    if (passing.hasRoomOf(hearing)) {
      passing.pump(now);
    }
    if (waits && !passing.closed && passing.endpoint.isWindowClosed()) {
      passing.endpoint.probeWindow(now); // nothing else would ask, should its opening get lost
    }
    return worker.outcomes.relayed.drop(packet);
  }

  /** The ends still speak to each other, at least of what was on its way. */
  private Verdict watch(Packet packet, long now) {
    switch (watch.see(packet, now)) {
      case PASS -> {}
      case GIVE_UP -> end(Ending.NOT_OPENED);
      case KEEP -> {
        return worker.outcomes.relayed.drop(packet);
      }
      case TAKE_OVER -> {
        boolean isEmpty = packet.tcp().segmentLength() == 0;
        takeOver(now);
        Verdict verdict = relay(packet, now);
        // Its acknowledgment is the last of the handshake, or of what passed: the other end waits.
        return isEmpty ? Verdict.CONTINUE : verdict;
      }
    }
    return Verdict.CONTINUE;
  }

  /** The SYN invites no larger segments than the options for the end that gets it allow. */
  void limit(Packet syn) {
    int most = facing(syn.direction().reverse()).options.segmentSize();
    TcpHeader tcp = syn.tcp();
    if (most > 0 && tcp.maximumSegmentSize() > most) {
      tcp.setMaximumSegmentSize(most);
    }
    if (!(vmSide.options.ecn() && networkSide.options.ecn())) {
      tcp.setFlags(tcp.flags() & ~(TcpHeader.ECE | TcpHeader.CWR));
    }
  }

  private void takeOver(long now) {
    become(State.OPEN);
    vmSide.speaker.mirrorIfUnknown(networkSide.speaker);
    networkSide.speaker.mirrorIfUnknown(vmSide.speaker);
    adopt(vmSide, Direction.OUTBOUND, vmSide.options.segmentSize(), now);
    // What the VM itself would send.
    int most = watch.handover().smallestSegment(connection.isIpv6());
    int allowed = networkSide.options.segmentSize();
    adopt(networkSide, Direction.INBOUND, allowed == 0 ? most : Math.min(most, allowed), now);
    vmSide.hasRoomOf(networkSide);
    networkSide.hasRoomOf(vmSide);
    vmSide.pump(now);
    networkSide.pump(now);
    if (isLeavingOnceJoined) {
      drain(now);
    }
  }

  private void adopt(Side side, Direction end, int most, long now) {
    Adoption adoption = worker.adoption;
    watch.handover().fill(adoption, end, most, connection.isIpv6());
    side.settings.maximumSegmentSize = adoption.segmentSize;
    side.settings.largestSegment = adoption.segmentSize;
    side.settings.absentSegmentSize = connection.isIpv6() ? 1_220 : 536;
    side.speaker.speak();
    side.clock.begin(adoption.recentTimestamp, now);
    side.endpoint.adopt(adoption, now);
  }

  // ---- what endpoints tell ---------------------------------------------------------------------

  private Side other(TcpEndpoint endpoint) {
    return endpoint == vmSide.endpoint ? networkSide : vmSide;
  }

  private Side side(TcpEndpoint endpoint) {
    return endpoint == vmSide.endpoint ? vmSide : networkSide;
  }

  @Override
  public void established(TcpEndpoint endpoint, long now) {}

  @Override
  public void received(TcpEndpoint endpoint, long now) {
    Side other = other(endpoint);
    if (side(endpoint).settings.bindsWindow) {
      other.endpoint.echoAsOf(endpoint.receiveRoundTripNanos());
    }
    other.pump(now);
  }

  @Override
  public void acknowledged(TcpEndpoint endpoint, long now) {
    Side other = other(endpoint);
    if (lingering != null) {
      resetOnceDelivered(side(endpoint), now);
      return;
    }
    if (endpoint.finAcknowledged()) {
      other.endpoint.finPassedOn(now);
    }
    other.hasRoomOf(side(endpoint));
    other.pump(now);
  }

  @Override
  public void closed(TcpEndpoint endpoint, Closing why, long now) {
    side(endpoint).closed = true;
    Side other = other(endpoint);
    Ending ending =
        switch (why) {
          case FINISHED -> Ending.FINISHED;
          case ABORTED -> Ending.ABORTED;
          case TIMED_OUT, UNREACHABLE -> Ending.TIMED_OUT;
          default -> Ending.RESET;
        };
    if (other.closed) {
      end(lingering == null ? ending : lingering);
    } else if (ending == Ending.RESET || ending == Ending.TIMED_OUT) {
      lingering = ending;
      lingerEnd = now + LINGER_NANOS;
      resetOnceDelivered(other, now);
    }
  }

  /** A RST stands behind the data before it: what was acknowledged to who is gone is delivered. */
  private void resetOnceDelivered(Side other, long now) {
    boolean delivered = other.outgoing.start() == other.outgoing.end();
    if (delivered || now >= lingerEnd) {
      end(lingering);
      other.endpoint.abort(now);
    }
  }

  // ---- time ------------------------------------------------------------------------------------

  @Override
  void due(long now) {
    if (isOpen()) {
      vmSide.endpoint.expire(now);
      networkSide.endpoint.expire(now);
    }
    if (lingering != null && !isEnding() && now >= lingerEnd) {
      resetOnceDelivered(vmSide.closed ? networkSide : vmSide, now);
    }
  }

  @Override
  long deadline() {
    if (!isOpen()) {
      return Long.MAX_VALUE;
    }
    long next = Math.min(vmSide.endpoint.nextDeadline(), networkSide.endpoint.nextDeadline());
    return lingering == null || isEnding() ? next : Math.min(next, lingerEnd);
  }

  // ---- the end ---------------------------------------------------------------------------------

  @Override
  boolean isEmpty() {
    return switch (state) {
      case OPENING, CLOSED -> true;
      case JOINING -> toNetwork.end() == 0 && toVm.end() == 0;
      default -> lingering == null && vmSide.isQuiet() && networkSide.isQuiet();
    };
  }

  @Override
  boolean isDispensable(long now) {
    boolean ahead =
        isOpen()
            && (Stamps.isAhead(vmSide, networkSide, now)
                || Stamps.isAhead(networkSide, vmSide, now));
    return isEmpty() && !ahead;
  }

  @Override
  void drain(long now) {
    if (state == State.OPENING || (state == State.JOINING && isEmpty())) {
      end(Ending.SPLICED); // nothing has begun: the ends have noticed nothing
    } else if (state == State.JOINING) {
      isLeavingOnceJoined = true;
    } else {
      become(State.LEAVING);
      if (kind() == Kind.LOCAL_ACKNOWLEDGMENT) {
        vmSide.endpoint.acknowledgeLate();
        networkSide.endpoint.acknowledgeLate();
      }
      toNetwork.hold();
      toVm.hold();
    }
  }

  @Override
  void spliceOut(long now) {
    Stamps.shift(this, Direction.INBOUND, vmSide, networkSide, now);
    Stamps.shift(this, Direction.OUTBOUND, networkSide, vmSide, now);
    end(Ending.SPLICED);
  }

  @Override
  void reset(long now) {
    if (isOpen()) {
      vmSide.endpoint.abort(now);
      networkSide.endpoint.abort(now);
    }
  }

  @Override
  boolean isTelling() {
    return vmSide.endpoint.isResetting() || networkSide.endpoint.isResetting();
  }

  @Override
  void clear() {
    vmSide.clear();
    networkSide.clear();
    isLeavingOnceJoined = false;
    lingering = null;
  }

  // ---- what can be seen ------------------------------------------------------------------------

  @Override
  public long undelivered(Direction direction) {
    boolean late =
        kind() == Kind.LOCAL_ACKNOWLEDGMENT
            && (state == State.LEAVING || facing(direction).settings.acknowledgesLate);
    return late ? 0 : held(direction);
  }

  @Override
  RelayInfo info(long now) {
    return worker.info(
        this,
        vmSide.info(undelivered(Direction.INBOUND)),
        networkSide.info(undelivered(Direction.OUTBOUND)),
        now);
  }
}

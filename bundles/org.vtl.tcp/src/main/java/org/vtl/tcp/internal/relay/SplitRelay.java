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

  private final ByteStream toNetwork = new ByteStream();
  private final ByteStream toVm = new ByteStream();
  private final Side vmSide = new Side(this, Direction.INBOUND);
  private final Side networkSide = new Side(this, Direction.OUTBOUND);
  private final Handover handover = new Handover();

  /** Whether no packet was seen yet of the live connection that it joins. */
  private boolean isStrange;

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
    handover.begin(connection.opener());
    take(syn, now);
    settle(now);
  }

  /** Joins a live connection from its next packet on. */
  void insert(Connection connection, SplitOptions options, long now) {
    begin(Kind.SPLIT, connection, options.owner(), State.JOINING, now);
    prepare(options.vmSide(), options.networkSide());
    isStrange = true;
  }

  /** Acknowledges locally as soon as both ends have spoken, be it long ago. */
  void acknowledge(Connection connection, LocalAcknowledgmentOptions options, long now) {
    boolean lives = connection.isEstablished();
    State first = lives ? State.JOINING : State.OPENING;
    begin(Kind.LOCAL_ACKNOWLEDGMENT, connection, options.owner(), first, now);
    SideOptions toVm = options.networkData();
    SideOptions toNetwork = options.vmData();
    vmSide.settings.acknowledgesLate = toNetwork == null;
    networkSide.settings.acknowledgesLate = toVm == null;
    vmSide.settings.acknowledgesFinLate = true;
    networkSide.settings.acknowledgesFinLate = true;
    prepare(
        toVm == null ? SideOptions.DEFAULT : toVm,
        toNetwork == null ? SideOptions.DEFAULT : toNetwork);
    handover.begin(connection.opener());
    isStrange = lives;
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
    return isOpen() ? worker.outcomes.fragment.drop(packet) : Verdict.CONTINUE;
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
    if (!facing(packet.direction()).endpoint.receive(packet, now)) {
      end(Ending.FINISHED); // another connection of the same ports begins
      return Verdict.CONTINUE;
    }
    return worker.outcomes.relayed.drop(packet);
  }

  /** The ends still speak to each other, at least of what was on its way. */
  private Verdict watch(Packet packet, long now) {
    TcpHeader tcp = packet.tcp();
    if (connection.isInvalid(packet) || worker.isCorrupt(packet)) {
      return Verdict.CONTINUE; // as it came: who gets it knows what to do
    }
    if (tcp.isRst()) {
      end(Ending.NOT_OPENED);
      return Verdict.CONTINUE;
    }
    if (tcp.isSyn()) {
      limit(tcp, facing(packet.direction().reverse()).options);
      // Behind the handshake it is an old one: what it says counts no more.
      if (state == State.OPENING && !handover.shake(packet, now)) {
        end(Ending.NOT_OPENED);
      }
      return Verdict.CONTINUE;
    }
    if (isStrange) {
      // Only now: the packet at hand when it was inserted has gone on, and counts as delivered.
      isStrange = false;
      if (connection.vm().finished() || connection.network().finished()) {
        end(Ending.NOT_OPENED);
        return Verdict.CONTINUE;
      }
      handover.begin(connection);
    }
    if (state == State.OPENING) {
      if (!connection.isEstablished()) {
        return Verdict.CONTINUE;
      }
      if (handover.isComplete()) {
        handover.mark(now);
      } else {
        handover.begin(connection);
      }
      become(State.JOINING);
    }
    boolean news = handover.acknowledge(packet);
    if (handover.isOver()) {
      takeOver(now);
      Verdict verdict = relay(packet, now);
      // Its acknowledgment is the last of the handshake, or of what passed: the other end waits.
      return tcp.segmentLength() == 0 ? Verdict.CONTINUE : verdict;
    }
    return handover.divide(packet, facing(packet.direction()).incoming, news)
        ? Verdict.CONTINUE
        : worker.outcomes.relayed.drop(packet);
  }

  /** A SYN invites no larger segments than the options for the end that gets it allow. */
  private void limit(TcpHeader syn, SideOptions options) {
    int most = options.segmentSize();
    if (most > 0 && syn.maximumSegmentSize() > most) {
      syn.setMaximumSegmentSize(most);
    }
    if (!(vmSide.options.ecn() && networkSide.options.ecn())) {
      syn.setFlags(syn.flags() & ~(TcpHeader.ECE | TcpHeader.CWR));
    }
  }

  private void takeOver(long now) {
    become(State.OPEN);
    vmSide.speaker.mirrorIfUnknown(networkSide.speaker);
    networkSide.speaker.mirrorIfUnknown(vmSide.speaker);
    adopt(vmSide, Direction.OUTBOUND, vmSide.options.segmentSize(), now);
    int most = handover.smallestSegment(connection.isIpv6()); // what the VM itself would send
    int allowed = networkSide.options.segmentSize();
    adopt(networkSide, Direction.INBOUND, allowed == 0 ? most : Math.min(most, allowed), now);
    vmSide.pump(now);
    networkSide.pump(now);
    if (isLeavingOnceJoined) {
      drain(now);
    }
  }

  private void adopt(Side side, Direction end, int most, long now) {
    Adoption adoption = worker.adoption;
    handover.fill(adoption, end, most, connection.isIpv6());
    side.settings.maximumSegmentSize = adoption.segmentSize;
    side.settings.largestSegment = adoption.segmentSize;
    side.settings.absentSegmentSize = connection.isIpv6() ? 1_220 : 536;
    side.speaker.speak();
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
    other(endpoint).pump(now);
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
    shiftTimestamps(Direction.INBOUND, vmSide, networkSide, now);
    shiftTimestamps(Direction.OUTBOUND, networkSide, vmSide, now);
    end(Ending.SPLICED);
  }

  /** What {@code direction}'s sender stamps goes on behind what {@code speaking} stamped for it. */
  private void shiftTimestamps(Direction direction, Side speaking, Side hearing, long now) {
    if (speaking.endpoint.usesTimestamps() && !speaking.closed) {
      int delta = speaking.endpoint.timestamp(now) - hearing.endpoint.recentTimestamp();
      if (delta != 0) {
        worker.context().sequenceMap(connection).shiftTimestamps(direction, delta);
      }
    }
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
    toNetwork.clear();
    toVm.clear();
    isLeavingOnceJoined = false;
    isStrange = false;
    lingering = null;
  }

  // ---- what can be seen ------------------------------------------------------------------------

  private ByteStream of(Direction direction) {
    return direction == Direction.OUTBOUND ? toNetwork : toVm;
  }

  @Override
  public long held(Direction direction) {
    return of(direction).end() - of(direction).start();
  }

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

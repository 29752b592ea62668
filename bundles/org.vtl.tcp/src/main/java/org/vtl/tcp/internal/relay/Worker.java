package org.vtl.tcp.internal.relay;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Protocol;
import org.vtl.service.Injector;
import org.vtl.service.ServiceContext;
import org.vtl.service.Timers;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.endpoint.Adoption;
import org.vtl.tcp.internal.endpoint.EndpointSettings;
import org.vtl.tcp.internal.send.SendSettings;
import org.vtl.tcp.internal.stream.ByteStream;

/** What the relays of one worker share, and which these are. That worker's. */
final class Worker {
  /** What a stream holds before the path has shown what it needs. */
  static final long INITIAL_BUFFER = 64 << 10;

  /** As long as Linux waits for the FIN of a connection that its program has closed. */
  private static final long HALF_CLOSED_NANOS = 60_000_000_000L;

  /** Nine of these, and it is over before the engine forgets the connection: after 2 minutes. */
  private static final long HALF_CLOSED_INTERVAL_NANOS = 6_000_000_000L;

  private static final int MOST_IDLE = 1_024;

  /** Relays that wait for an answer: whoever sends many SYNs takes memory for so many only. */
  private static final int MOST_OPENING = 4_096;

  final SegmentWriter writer = new SegmentWriter();
  final Adoption adoption = new Adoption();
  final Outcomes outcomes;
  private final TcpService service;
  private final ArrayDeque<SplitRelay> idleSplits = new ArrayDeque<>();
  private final Reclaim reclaim = new Reclaim(this);
  private Share share;

  private LiveRelay[] relays = new LiveRelay[16];
  private int count;
  private int opening;

  Worker(TcpService service) {
    this.service = service;
    outcomes = service.outcomes();
  }

  /** Its link's share is {@code share}. */
  void belong(Share share) {
    this.share = share;
  }

  /** What its link may have; null before {@link #belong}. */
  Share share() {
    return share;
  }

  // ---- what relays use -------------------------------------------------------------------------

  ServiceContext context() {
    return service.context();
  }

  Injector injector() {
    return service.context().injector();
  }

  Timers timers() {
    return service.context().timers();
  }

  long now() {
    return service.context().nanoTime();
  }

  InitialNumbers initialNumbers() {
    return service.initialNumbers();
  }

  Readiness readiness() {
    return service.readiness();
  }

  /** Begins a stream towards the end that {@code options} are for. */
  void begin(ByteStream stream, SideOptions options) {
    stream.begin(share.memory, options.buffer(), INITIAL_BUFFER);
  }

  /** Sets an endpoint up as its side's options say. */
  void furnish(Side side) {
    SideOptions options = side.options;
    EndpointSettings settings = side.settings;
    settings.control = CongestionControls.named(options.congestionControl());
    settings.send = SendSettings.DEFAULT.withNagle(!options.noDelay()).withPaced(options.pacing());
    settings.keepAliveNanos = options.keepAliveSeconds() * 1_000_000_000L;
    settings.halfClosedNanos = HALF_CLOSED_NANOS;
    settings.halfClosedIntervalNanos = HALF_CLOSED_INTERVAL_NANOS;
    settings.timeWaitNanos = service.timeWaitNanos();
    settings.ecn = options.ecn();
  }

  RelayInfo info(LiveRelay relay, RelayInfo.Side vm, RelayInfo.Side network, long now) {
    Connection of = relay.connection;
    Endpoint from = of.vm();
    Endpoint to = of.network();
    return new RelayInfo(
        of.id(),
        of.link().name(),
        new ConnectionKey(
            Protocol.TCP,
            from.addressHigh(),
            from.addressLow(),
            from.port(),
            to.addressHigh(),
            to.addressLow(),
            to.port(),
            of.vlan()),
        relay.kind(),
        relay.state(),
        relay.owner(),
        now - relay.openedNanos,
        vm,
        network);
  }

  // ---- which there are -------------------------------------------------------------------------

  SplitRelay split() {
    SplitRelay idle = idleSplits.pollLast();
    return idle == null ? new SplitRelay(this) : idle;
  }

  void add(LiveRelay relay) {
    share.relays(1);
    if (count == relays.length) {
      relays = Arrays.copyOf(relays, 2 * count);
    }
    relay.place = count;
    relays[count++] = relay;
  }

  int count() {
    return count;
  }

  /** A relay has done something: a time to see whether others only hold memory. */
  void look(long now) {
    reclaim.look(now);
  }

  /** A relay whose connection cannot go on without it finds too little memory to begin with. */
  void awaitMemory(long now) {
    reclaim.await(now);
  }

  /** Counts relays that wait for an answer: 1 for one more, -1 for one that waits no more. */
  void opening(int change) {
    opening += change;
  }

  /** Whether so many wait for an answer that no other should. */
  boolean isOpeningMany() {
    return opening >= MOST_OPENING;
  }

  LiveRelay relay(int index) {
    return relays[index];
  }

  /** The relay has ended, for a reason that is to be counted; its connection may go on. */
  void retired(LiveRelay relay, Connection connection, Ending why) {
    LiveRelay last = relays[--count];
    relays[relay.place] = last;
    last.place = relay.place;
    relays[count] = null;
    share.relays(-1);
    if (relay instanceof SplitRelay split && idleSplits.size() < MOST_IDLE) {
      idleSplits.addLast(split);
    }
    service.retired(connection, relay.kind(), why);
  }
}

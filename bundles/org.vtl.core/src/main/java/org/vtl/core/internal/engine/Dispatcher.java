package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.ConnectionTable;
import org.vtl.core.internal.connection.SequenceTranslation;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Traffic;
import org.vtl.service.Verdict;

/**
 * Sends packets through their chain, outward or inward, and is the only place that calls services:
 * what they throw is caught here, counted, and fences them off when it is too much. The worker's.
 */
final class Dispatcher implements ConnectionTable.Listener, TimerWheel.Expiry {
  /** Services that change the lengths of one connection's payloads. */
  static final int MAX_TRANSLATIONS = 16;

  private final Lane lane;
  private final ServiceStatistics[] statistics = new ServiceStatistics[Pipeline.MAX_SERVICES];
  private final SequenceTranslation[] inward = new SequenceTranslation[MAX_TRANSLATIONS];
  private final Taps taps;
  private final Succession succession;

  /** What a service is just being shown. */
  private PacketState shown;

  private final Excursion excursion = new Excursion();

  Dispatcher(Lane lane) {
    this.lane = lane;
    this.taps = new Taps(lane);
    this.succession = new Succession(lane);
  }

  ServiceStatistics statistics(ServiceEntry entry) {
    ServiceStatistics of = statistics[entry.id];
    if (of == null || !of.name.equals(entry.name)) {
      of = new ServiceStatistics(lane.name(), entry.name);
      statistics[entry.id] = of;
    }
    return of;
  }

  /** What was counted of {@code entry} here, or null when nothing was. Any thread. */
  ServiceStatistics counted(ServiceEntry entry) {
    ServiceStatistics of = statistics[entry.id];
    return of != null && of.name.equals(entry.name) ? of : null;
  }

  /** Whose code the worker is in. */
  Excursion excursion() {
    return excursion;
  }

  /** The worker has been abandoned in a service; what that was being shown is lost to the pool. */
  void abandon() {
    if (shown != null) {
      shown.owner = PacketState.Owner.ABANDONED;
      shown = null;
      lane.statistics().packetsAbandoned++;
    }
  }

  boolean isShowing(PacketState state, ServiceEntry entry) {
    return shown == state && excursion.calling() == entry;
  }

  // ---- the chain -------------------------------------------------------------------------------

  /** Sends the packet on from where it stands: the beginning, or behind {@code state.service}. */
  void run(PacketState state) {
    TrackedConnection connection = still(state, state.connection);
    long chain = chain(connection, state);
    if (state.service != null) {
      chain &= lane.plan().after(state.service, state.packet.direction());
    }
    if (connection.translations() != null) {
      runTranslated(state, connection, chain);
    } else if (chain == 0) {
      if (connection.isTracked() && !state.invalid) {
        lane.kernelPath().offer(connection);
      }
      lane.depart(state);
    } else if (runStages(state, connection, chain)) {
      lane.depart(state);
    }
  }

  private long chain(TrackedConnection connection, PacketState state) {
    Plan plan = lane.plan();
    if (!connection.isTracked()) {
      return plan.chain(kind(state.packet));
    }
    if (state.invalid || connection.left != 0 && isApart(state)) {
      return plan.chain(connection.traffic()); // also those who left see what is not routine
    }
    if (connection.planSerial != plan.serial) {
      plan.fit(connection, plan.left(connection));
    }
    return plan.chain(connection.traffic(), connection.left);
  }

  /**
   * Whether what was decided of a connection's own packets says nothing of {@code packet}: anyone
   * may send an ICMP error about it, a fragment is more than its bytes once it is put together, and
   * who takes another's MAC address takes that one's traffic from every switch on the way.
   */
  private static boolean isApart(PacketState state) {
    Packet packet = state.packet;
    return state.newMac != 0
        || packet.isFragment()
        || (packet.isIcmp() || packet.isIcmpv6()) && packet.icmp().isError();
  }

  private static Traffic kind(Packet packet) {
    if (packet.isTcp()) {
      return Traffic.TCP;
    }
    if (packet.isUdp()) {
      return Traffic.UDP;
    }
    if (packet.isIcmp() || packet.isIcmpv6()) {
      return Traffic.ICMP;
    }
    if (packet.isIp()) {
      return Traffic.OTHER_IP;
    }
    return packet.isArp() ? Traffic.ARP : Traffic.OTHER;
  }

  /** Shows the packet to each stage of {@code chain}; true if it passed them all. */
  private boolean runStages(PacketState state, TrackedConnection connection, long chain) {
    Plan plan = lane.plan();
    boolean outbound = state.packet.direction() == Direction.OUTBOUND;
    TrackedConnection at = connection;
    long left = chain;
    while (left != 0) {
      int position =
          outbound ? Long.numberOfTrailingZeros(left) : 63 - Long.numberOfLeadingZeros(left);
      left &= ~(1L << position);
      Verdict verdict = show(state, at, plan.pipeline.stage(position), position);
      if (verdict == Verdict.ACCEPT) {
        left &= plan.required();
      } else if (verdict != Verdict.CONTINUE) {
        return false;
      }
      at = still(state, at);
    }
    return true;
  }

  /** The packet's connection, or the untracked one if a service has just closed it. */
  private TrackedConnection still(PacketState state, TrackedConnection connection) {
    if (connection.id() != state.connectionId) {
      state.belongsTo(lane.untrackedConnection());
    }
    return state.connection;
  }

  /** The same where sequence numbers are translated between the stages. */
  private void runTranslated(PacketState state, TrackedConnection tracked, long chain) {
    Plan plan = lane.plan();
    TrackedConnection connection = tracked;
    Packet packet = state.packet;
    boolean outbound = packet.direction() == Direction.OUTBOUND;
    int count = ordered(connection, outbound);
    int next = skip(state, count, outbound);
    long left = chain;
    while (left != 0) {
      int position =
          outbound ? Long.numberOfTrailingZeros(left) : 63 - Long.numberOfLeadingZeros(left);
      left &= ~(1L << position);
      ServiceEntry entry = plan.pipeline.stage(position);
      while (next < count && passesBefore(inward[next], entry, outbound)) {
        inward[next++].apply(packet);
      }
      packet.settlePayload(); // so that its translation can tell what this service edits
      Verdict verdict = show(state, connection, entry, position);
      if (verdict == Verdict.ACCEPT) {
        left &= plan.required();
      } else if (verdict != Verdict.CONTINUE) {
        return;
      }
      connection = still(state, connection);
      if (connection.translations() != null) {
        count = ordered(connection, outbound); // the service may just have made its own
      }
    }
    while (next < count) {
      inward[next++].apply(packet);
    }
    lane.depart(state);
  }

  /** Puts the translations into {@link #inward} in the order the packet meets them. */
  private int ordered(TrackedConnection connection, boolean outbound) {
    int count = 0;
    for (SequenceTranslation at = connection.translations();
        at != null && count < MAX_TRANSLATIONS;
        at = at.outward()) {
      inward[count++] = at;
    }
    if (!outbound) {
      for (int i = 0, j = count - 1; i < j; i++, j--) {
        SequenceTranslation swapped = inward[i];
        inward[i] = inward[j];
        inward[j] = swapped;
      }
    }
    return count;
  }

  /** Whether the packet meets {@code at} before the service: inward it meets its own first. */
  private static boolean passesBefore(
      SequenceTranslation at, ServiceEntry entry, boolean outbound) {
    int order = at.compareTo(entry.priority(), entry.name);
    return outbound ? order < 0 : order >= 0;
  }

  /** How many translations a packet that enters behind a service has behind it already. */
  private int skip(PacketState state, int count, boolean outbound) {
    ServiceEntry entry = state.service;
    if (entry == null) {
      return 0;
    }
    int next = 0;
    while (next < count) {
      int order = inward[next].compareTo(entry.priority(), entry.name);
      // What the service made has its far side's numbers; what it took has its near side's.
      boolean behind = outbound ? order < 0 || order == 0 && state.made : order >= 0;
      if (!behind) {
        break;
      }
      next++;
    }
    return next;
  }

  /**
   * Shows the packet to one service and carries out what it says.
   *
   * @return {@link Verdict#CONTINUE} or {@link Verdict#ACCEPT} if the packet goes on; else it is
   *     not the lane's any more
   */
  private Verdict show(
      PacketState state, TrackedConnection connection, ServiceEntry entry, int position) {
    if (entry.state() != ServiceEntry.State.ACTIVE) {
      return bypass(state, position); // fenced a moment ago; the next pipeline lacks it
    }
    ServiceStatistics of = statistics(entry);
    of.packets++;
    Verdict verdict = null;
    Throwable failure = null;
    shown = state;
    boolean nested = excursion.begin(entry);
    try {
      verdict = entry.service.process(state.packet, connection);
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(null, nested);
    shown = null;
    if (verdict == null) {
      failed(entry, failure != null ? failure : new IllegalStateException("it gave no verdict"));
      return state.owner == PacketState.Owner.LANE ? bypass(state, position) : Verdict.TAKE;
    }
    if (taps.isWatched()) {
      taps.service(of, state, verdict);
    }
    return switch (verdict) {
      case CONTINUE, ACCEPT ->
          state.owner == PacketState.Owner.LANE ? verdict : gaveAwayAndKept(entry);
      case DROP -> drop(state, of);
      case TAKE -> take(state, entry, of);
    };
  }

  /** The service injected or released the packet and then said that it goes on. */
  private Verdict gaveAwayAndKept(ServiceEntry entry) {
    failed(
        entry,
        new IllegalStateException("it injected or released a packet and did not return TAKE"));
    return Verdict.TAKE;
  }

  private Verdict drop(PacketState state, ServiceStatistics of) {
    if (state.owner == PacketState.Owner.LANE) {
      of.dropped++;
      Reason reason = lane.reasons().byCode(state.packet.reasonCode());
      Reason known = reason == null ? lane.reasons().unspecified : reason;
      lane.statistics().drops[known.code()]++;
      if (taps.isWatched()) {
        taps.drop(of.dropPoint, state, known);
      }
      lane.free(state);
    }
    return Verdict.DROP;
  }

  private Verdict take(PacketState state, ServiceEntry entry, ServiceStatistics of) {
    if (state.owner == PacketState.Owner.LANE) {
      if (lane.injection().allowance(entry) <= 0) {
        lane.discard(state, lane.reasons().takeRefused);
      } else {
        of.taken++;
        state.owner = PacketState.Owner.SERVICE;
        state.service = entry;
        of.held.add(state);
      }
    }
    return Verdict.TAKE;
  }

  /** What becomes of a packet whose service failed: on without it, unless the link requires it. */
  private Verdict bypass(PacketState state, int position) {
    if (lane.plan().isRequired(position)) {
      lane.discard(state, lane.reasons().serviceFailed);
      return Verdict.DROP;
    }
    return Verdict.CONTINUE;
  }

  /** A packet is sealed and goes to an open port: only now it counts as delivered. */
  void departing(PacketState state) {
    commit(state);
    if (taps.isWatched()) {
      taps.departure(state);
    }
  }

  /** Moves the delivered view of the packet's connection on. */
  void commit(PacketState state) {
    if (!state.invalid && state.connection.isTracked()) {
      if (state.newMac != 0) {
        state.connection.moveTo(state.packet.direction(), state.newMac);
      }
      state.connection.commit(state.packet);
    }
  }

  // ---- failures --------------------------------------------------------------------------------

  private void failed(ServiceEntry entry, Throwable why) {
    long now = lane.now();
    boolean tooOften = statistics(entry).fail(now);
    lane.engine().failures().note(entry, why);
    if (tooOften) {
      lane.engine()
          .registry()
          .fence(
              entry,
              ServiceEntry.State.FAILED,
              "it threw 5 exceptions within a second on link "
                  + lane.name()
                  + ", the last "
                  + Failures.text(why)
                  + "; update or reinstall its bundle.");
    }
  }

  /** Calls of a service outside a packet. */
  private enum Call {
    OPENED,
    CLOSED,
    TIMER
  }

  private void call(ServiceEntry entry, Call call, TrackedConnection connection, long token) {
    if (entry.state() != ServiceEntry.State.ACTIVE) {
      return;
    }
    ServiceEntry outer = excursion.calling();
    boolean nested = excursion.begin(entry);
    Throwable failure = null;
    try {
      switch (call) {
        case OPENED -> entry.connectionListener.connectionOpened(connection);
        case CLOSED -> entry.connectionListener.connectionClosed(connection);
        case TIMER -> entry.timerListener.timerExpired(connection, token);
      }
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(outer, nested);
    if (failure != null) {
      failed(entry, failure);
    }
  }

  /** Runs code of {@code whose}, or of nobody known when it is null; its exceptions end nothing. */
  void visit(ServiceEntry whose, Runnable code) {
    ServiceEntry outer = excursion.calling();
    boolean nested = excursion.begin(whose);
    Throwable failure = null;
    try {
      code.run();
    } catch (AbandonedException e) {
      throw e;
    } catch (Throwable e) {
      failure = e;
    }
    excursion.end(outer, nested);
    if (failure != null) {
      lane.engine()
          .failures()
          .note(
              whose == null ? "a task given to link " + lane.name() : "service " + whose.name,
              failure);
    }
  }

  // ---- listeners and timers --------------------------------------------------------------------

  @Override
  public void opened(TrackedConnection connection) {
    tell(Call.OPENED, connection);
  }

  @Override
  public void closing(TrackedConnection connection) {
    lane.kernelPath().forget(connection);
    lane.timers().cancelAll(connection);
    tell(Call.CLOSED, connection);
  }

  @Override
  public void catchUp(TrackedConnection connection) {
    lane.kernelPath().catchUp(connection);
  }

  private void tell(Call call, TrackedConnection connection) {
    Plan plan = lane.plan();
    for (long chain = plan.chain(connection.traffic()); chain != 0; chain &= chain - 1) {
      ServiceEntry entry = plan.pipeline.stage(Long.numberOfTrailingZeros(chain));
      if (entry.connectionListener != null) {
        call(entry, call, connection, 0);
      }
    }
  }

  @Override
  public void expired(ServiceEntry service, TrackedConnection connection, long token) {
    call(service, Call.TIMER, connection, token);
  }

  // ---- changes of the pipeline -----------------------------------------------------------------

  /** Takes leave of services that are gone and hands their state to their successors. */
  void changed(Plan old, Plan now) {
    succession.carryOut(old, now);
  }

  // ---- taps ------------------------------------------------------------------------------------

  void tapArrival(PacketState state) {
    if (taps.isWatched()) {
      taps.arrival(state);
    }
  }

  void tapInjection(PacketState state) {
    if (taps.isWatched()) {
      taps.injection(statistics(state.service), state);
    }
  }

  void tapDrop(PacketState state, Reason reason) {
    if (taps.isWatched()) {
      taps.drop(null, state, reason);
    }
  }
}

package org.vtl.core.internal.engine;

import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Traffic;
import org.vtl.service.Verdict;

/**
 * Sends packets through their chain, outward or inward, and carries out what services say of them.
 * The worker's.
 */
final class Dispatcher {
  private final Lane lane;
  private final ServiceCalls calls;
  private final Taps taps;
  private final TranslationOrder translations = new TranslationOrder();

  /** The dispatcher of {@code lane}, whose services {@code calls} calls. */
  Dispatcher(Lane lane, ServiceCalls calls, Taps taps) {
    this.lane = lane;
    this.calls = calls;
    this.taps = taps;
  }

  /** Sends the packet on from where it stands: the beginning, or behind {@code state.service}. */
  void run(PacketState state) {
    TrackedConnection connection = still(state, state.connection);
    if (connection.planSerial != lane.plan().serial && connection.isTracked()) {
      connection = fit(state, connection);
    }
    long whole = chain(connection, state);
    long chain = whole;
    if (state.service != null) {
      chain &= lane.plan().after(state.service, state.packet.direction());
    }
    if (connection.translations() != null) {
      runTranslated(state, connection, chain);
    } else if (chain == 0) {
      // Not where only this packet has its services behind it: the last one injected it.
      if (whole == 0 && connection.isTracked() && !state.invalid) {
        lane.kernelPath().offer(connection);
      }
      lane.depart(state);
    } else if (runStages(state, connection, chain)) {
      lane.depart(state);
    }
  }

  /**
   * The first packet since the plan changed; returns the connection, which may have ended by it.
   */
  private TrackedConnection fit(PacketState state, TrackedConnection connection) {
    lane.fit(connection, lane.left(connection));
    return still(state, connection);
  }

  private long chain(TrackedConnection connection, PacketState state) {
    Plan plan = lane.plan();
    if (!connection.isTracked()) {
      return plan.chain(kind(state.packet));
    }
    if (state.invalid || connection.left != 0 && isApart(state)) {
      return plan.chain(connection.traffic()); // also those who left see what is not routine
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
    boolean outbound = state.packet.direction() == Direction.OUTBOUND;
    translations.begin(state, connection);
    long left = chain;
    while (left != 0) {
      int position =
          outbound ? Long.numberOfTrailingZeros(left) : 63 - Long.numberOfLeadingZeros(left);
      left &= ~(1L << position);
      ServiceEntry entry = plan.pipeline.stage(position);
      translations.applyBefore(entry);
      state.packet.settlePayload(); // so that its translation can tell what this service edits
      Verdict verdict = show(state, connection, entry, position);
      if (verdict == Verdict.ACCEPT) {
        left &= plan.required();
      } else if (verdict != Verdict.CONTINUE) {
        return;
      }
      connection = still(state, connection);
      if (connection.translations() != null) {
        translations.reread(connection);
      }
    }
    translations.applyRest();
    lane.depart(state);
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
    ServiceStatistics of = calls.statistics(entry);
    of.packets++;
    Verdict verdict = calls.process(entry, of, state, connection);
    if (verdict == null) {
      return state.owner == PacketState.Owner.LANE ? bypass(state, position) : Verdict.TAKE;
    }
    taps.service(of, state, verdict);
    return switch (verdict) {
      case CONTINUE, ACCEPT ->
          state.owner == PacketState.Owner.LANE ? verdict : gaveAwayAndKept(entry);
      case DROP -> drop(state, entry, of);
      case TAKE -> take(state, entry, of);
    };
  }

  /** The service injected or released the packet and then said that it goes on. */
  private Verdict gaveAwayAndKept(ServiceEntry entry) {
    calls.failed(
        entry,
        new IllegalStateException("it injected or released a packet and did not return TAKE"));
    return Verdict.TAKE;
  }

  private Verdict drop(PacketState state, ServiceEntry entry, ServiceStatistics of) {
    if (state.owner == PacketState.Owner.LANE) {
      of.dropped++;
      Reason reason = lane.reasons().byCode(state.packet.reasonCode());
      Reason known = reason == null ? lane.reasons().unspecified : reason;
      lane.statistics().drops[known.code()]++;
      taps.drop(of.dropPoint, state, known);
      lane.chronicle().dropped(state, entry, known);
      lane.packets().free(state);
    }
    return Verdict.DROP;
  }

  private Verdict take(PacketState state, ServiceEntry entry, ServiceStatistics of) {
    if (state.owner == PacketState.Owner.LANE) {
      if (lane.injection().allowance(entry) <= 0) {
        lane.packets().discard(state, lane.reasons().takeRefused);
      } else {
        of.taken++;
        lane.chronicle().taken(state, entry);
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
      lane.packets().discard(state, lane.reasons().serviceFailed);
      return Verdict.DROP;
    }
    return Verdict.CONTINUE;
  }

  /** A packet is sealed and goes to an open port: only now it counts as delivered. */
  void departing(PacketState state) {
    commit(state);
    taps.departure(state);
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
}

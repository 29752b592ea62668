package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import java.util.Arrays;
import org.vtl.connection.TcpState;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.core.internal.connection.UnseenTraffic;
import org.vtl.packet.Direction;
import org.vtl.packet.EthernetHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;
import org.vtl.port.FlowOffload;
import org.vtl.port.PacketPort;
import org.vtl.port.PortException;

/**
 * Has the system carry past VTL those connections of one lane that no service needs to see, while
 * nobody else wants to see them either; keeps the model in step with what passes unseen.
 *
 * <p>Taking back is one store: a new generation for all, a halt for one. A connection then stays
 * known to the system until it ends; whichever packet of it comes to VTL, the model first catches
 * up, so it does not matter which packets were carried and which were not. The worker's, but for
 * {@link #invalidate} and what it tells of itself.
 */
final class KernelPath {
  private static final System.Logger LOG = System.getLogger(KernelPath.class.getName());

  /** Connections of one lane that the system may know. */
  private static final int MAX_FLOWS = 32_768;

  /** Datagrams that nobody answers are offered after so many times the packets of others. */
  private static final int UNANSWERED_FACTOR = 5;

  /** All flows are looked at once in so long, which is far less than any timeout. */
  private static final long SWEEP_NANOS = 1_000_000_000L;

  private static final int SWEEP_LIMIT = 512;
  private static final int VLAN_TAG_LENGTH = 4;

  /**
   * What moves sequence numbers by no more than this, they can tell forward from backward after.
   */
  private static final long NEAR_BYTES = 1L << 30;

  private final Lane lane;
  private final UnseenTraffic unseen = new UnseenTraffic();
  private volatile FlowOffload path;

  /** The ports that the path joins, or that were found not to be joinable. */
  private PacketPort vm;

  private PacketPort network;

  private volatile String obstacle = "its ports are not open";
  private volatile int known;
  private boolean offering;
  private int generation;
  private int mtu;
  private boolean full;

  /** Of each flow: whose it is, the generation it is carried in, and when it is offered again. */
  private TrackedConnection[] connections = {};

  private int[] carried = {};
  private long[] offerAt = {};

  /** Of each flow and direction: how much of what the system counted is in the model. */
  private long[] packets = {};

  private long[] bytes = {};

  private int swept;
  private long sweepNanos;

  KernelPath(Lane lane) {
    this.lane = lane;
  }

  // ---- each round ------------------------------------------------------------------------------

  /** Opens and closes the path as things are now, and looks after a part of the flows. */
  int tend(long now) {
    PacketPort vmNow = lane.vmPort().port();
    PacketPort networkNow = lane.networkPort().port();
    if (path != null && !lane.settings().offload()) {
      close();
    }
    if ((vmNow != vm || networkNow != network) && lane.settings().offload()) {
      open(vmNow, networkNow, now);
    }
    FlowOffload there = path;
    if (there == null) {
      return 0;
    }
    int bytes = vmNow.mtu();
    if (bytes != mtu) {
      mtu = bytes; // which the system knows from when a flow is given to it
      there.invalidate();
    }
    int present = there.generation(); // first: whatever changes while we look counts it up
    String found = obstacle();
    if (!found.equals(obstacle)) {
      obstacle = found;
    }
    if (found.isEmpty()) {
      generation = present;
      offering = true;
    } else if (offering) {
      offering = false;
      there.invalidate();
      lane.chronicle().allFromKernel(found);
    }
    if (known == 0) {
      sweepNanos = now; // it may stay so for weeks, more than the sweep can count
      return 0;
    }
    return sweep(now);
  }

  private void open(PacketPort vmNow, PacketPort networkNow, long now) {
    close();
    vm = vmNow;
    network = networkNow;
    if (vmNow == null || networkNow == null) {
      return;
    }
    try {
      FlowOffload opened =
          vmNow.offloadTo(networkNow, Math.min(MAX_FLOWS, lane.settings().connections()));
      int flows = opened.capacity();
      connections = new TrackedConnection[flows];
      carried = new int[flows];
      offerAt = new long[flows];
      packets = new long[2 * flows];
      bytes = new long[2 * flows];
      sweepNanos = now;
      path = opened;
      LOG.log(Level.INFO, "Link {0}: the kernel may carry connections.", lane.name());
    } catch (PortException | RuntimeException e) {
      obstacle = e.getMessage() == null ? e.toString() : e.getMessage();
      LOG.log(Level.INFO, "Link {0}: VTL carries all itself: {1}.", lane.name(), obstacle);
    }
  }

  /** Why nothing may pass by VTL now, as a part of a sentence; empty when it may. */
  private String obstacle() {
    if (!lane.plan().isOpen()) {
      return "a required service is missing";
    }
    if (lane.engine().registry().pipeline() != lane.plan().pipeline || lane.isHolding()) {
      return "packets wait for services";
    }
    for (TapEntry tap : lane.engine().taps()) {
      if (tap.watches(lane.name())) {
        return "a capture or a trace wants to see all";
      }
    }
    return vm.mtu() == network.mtu() ? "" : "the MTUs of its ports differ";
  }

  /** Looks at some flows, so that none expires that lives, and the link's totals are true. */
  private int sweep(long now) {
    long due = Math.min(connections.length, (now - sweepNanos) * connections.length / SWEEP_NANOS);
    if (due == 0) {
      return 0;
    }
    int looked = 0;
    int left = (int) due;
    while (left > 0 && looked < SWEEP_LIMIT) {
      left--;
      swept = swept + 1 < connections.length ? swept + 1 : 0;
      if (connections[swept] != null) {
        catchUp(connections[swept]);
        looked++;
      }
    }
    sweepNanos = now - left * SWEEP_NANOS / connections.length;
    return left; // the rest at once, before the worker sleeps
  }

  // ---- connections -----------------------------------------------------------------------------

  /** A packet of {@code connection}, which no service is to see, is about to leave VTL. */
  void offer(TrackedConnection connection) {
    if (!offering) {
      return;
    }
    int flow = connection.flow();
    if (flow >= 0) {
      // One that is carried, and has come all the same: the system's numbers are behind the
      // model's.
      boolean anew = carried[flow] != generation || connection.protocol() == Protocol.TCP;
      if (anew && count(connection) >= offerAt[flow] && fits(connection)) {
        carry(flow, connection);
      }
    } else if (count(connection) >= lane.settings().offloadPackets() && fits(connection) && !full) {
      flow = path.open(connection);
      full = flow == FlowOffload.NONE;
      if (!full) {
        known++;
        connection.setFlow(flow);
        connections[flow] = connection;
        carried[flow] = 0;
        offerAt[flow] = 0;
        for (int i = 2 * flow; i < 2 * flow + 2; i++) {
          packets[i] = 0;
          bytes[i] = 0;
        }
        carry(flow, connection);
      }
    }
  }

  private void carry(int flow, TrackedConnection connection) {
    if (carried[flow] != generation) {
      lane.chronicle().carried(connection, true);
    }
    carried[flow] = generation;
    path.carry(flow, connection, generation);
  }

  private static long count(TrackedConnection connection) {
    return connection.vm().packets() + connection.network().packets();
  }

  /** Whether nothing is going on in {@code connection} but data, and nobody waits for a part. */
  private boolean fits(TrackedConnection connection) {
    if (!connection.isLive()
        || connection.timers() != -1
        || connection.translations() != null
        || guarded(connection)) {
      return false;
    }
    return switch (connection.protocol()) {
      case Protocol.TCP ->
          connection.isEstablished()
              && connection.vm().state() == TcpState.ESTABLISHED
              && connection.network().state() == TcpState.ESTABLISHED;
      case Protocol.UDP ->
          // What the VM never answers may be for others at the network's interface.
          connection.isEstablished()
              || connection.opener() == Direction.OUTBOUND
                  && count(connection)
                      >= UNANSWERED_FACTOR * (long) lane.settings().offloadPackets();
      default -> false;
    };
  }

  /** Whether an installed service that left still judges what does not fit. */
  private boolean guarded(TrackedConnection connection) {
    long guarded = connection.guarded();
    return guarded != 0 && lane.plan().chain(connection.traffic(), ~guarded) != 0;
  }

  /**
   * A packet of a flow has come to VTL, and the model includes it; {@code moved} if it has another
   * MAC address than its sender's.
   */
  void arrived(TrackedConnection connection, Packet packet, boolean moved) {
    boolean turns =
        packet.isTcp()
            ? (packet.tcp().flags() & (TcpHeader.SYN | TcpHeader.FIN | TcpHeader.RST)) != 0
            : !packet.isUdp(); // an ICMP error about it
    if (turns || moved) {
      takeBack(connection);
    }
  }

  /** Somebody wants to see the connection: its packets come to VTL, for a while at least. */
  void takeBack(TrackedConnection connection) {
    int flow = connection.flow();
    if (flow >= 0) {
      if (isCarried(connection)) {
        lane.chronicle().carried(connection, false);
      }
      path.halt(flow);
      catchUp(connection);
      carried[flow] = 0;
      offerAt[flow] = count(connection) + lane.settings().offloadPackets();
    }
  }

  /** Has the model include what the system has carried. */
  void catchUp(TrackedConnection connection) {
    int flow = connection.flow();
    if (flow < 0) {
      return;
    }
    unseen.far(
        moreBytes(flow, Direction.OUTBOUND) > NEAR_BYTES
            || moreBytes(flow, Direction.INBOUND) > NEAR_BYTES);
    boolean any = catchUp(connection, flow, Direction.OUTBOUND);
    any |= catchUp(connection, flow, Direction.INBOUND);
    if (any) {
      long last = lane.now() - path.idleNanos(flow);
      lane.table().keep(connection, Math.max(last, connection.lastNanos()));
    }
  }

  /** What the system has carried since the model last caught up. */
  private long moreBytes(int flow, Direction direction) {
    return path.bytes(flow, direction) - bytes[2 * flow + direction.ordinal()];
  }

  private boolean catchUp(TrackedConnection connection, int flow, Direction direction) {
    int at = 2 * flow + direction.ordinal();
    long morePackets = path.packets(flow, direction) - packets[at];
    if (morePackets == 0) {
      return false;
    }
    long moreBytes = moreBytes(flow, direction);
    packets[at] += morePackets;
    bytes[at] += moreBytes;
    unseen.count(direction, morePackets, moreBytes);
    if (connection.protocol() == Protocol.TCP) {
      unseen.tcp(
          path.sequenceEnd(flow, direction),
          path.acknowledgment(flow, direction),
          path.window(flow, direction),
          path.windowEdge(flow, direction));
    }
    unseen.addTo(connection);
    int header = EthernetHeader.LENGTH + (connection.vlan() == 0 ? 0 : VLAN_TAG_LENGTH);
    lane.statistics().carried(direction, morePackets, moreBytes + morePackets * header);
    return true;
  }

  /** The connection ends. */
  void forget(TrackedConnection connection) {
    int flow = connection.flow();
    if (flow >= 0) {
      path.halt(flow);
      catchUp(connection);
      path.close(flow, connection);
      connection.setFlow(FlowOffload.NONE);
      connections[flow] = null;
      known--;
      full = false;
    }
  }

  /** Takes all back and ends the path; its ports are about to close. */
  void close() {
    FlowOffload there = path;
    if (there != null) {
      there.invalidate();
      for (TrackedConnection connection : connections) {
        if (connection != null) {
          catchUp(connection);
          connection.setFlow(FlowOffload.NONE);
        }
      }
      Arrays.fill(connections, null);
      known = 0;
      full = false;
      path = null;
      there.close();
    }
    offering = false;
    vm = null;
    network = null;
    obstacle = "its ports are not open";
  }

  // ---- anybody's -------------------------------------------------------------------------------

  /** Takes all back at once; what the worker offers from now on is of a plan that knows why. */
  void invalidate() {
    FlowOffload there = path;
    if (there != null) {
      there.invalidate();
    }
  }

  /** Why the system carries nothing, as a part of a sentence; empty when it may. */
  String obstacleNow() {
    return lane.settings().offload() ? obstacle : "the link's key offload is off";
  }

  /** Connections that the system knows, carried or halted. */
  int known() {
    return known;
  }

  /** Whether the system carries {@code connection} now. The worker's. */
  boolean isCarried(TrackedConnection connection) {
    FlowOffload there = path;
    return connection.flow() >= 0
        && there != null
        && carried[connection.flow()] == there.generation();
  }
}

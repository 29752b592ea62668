package org.vtl.core.internal.connection;

import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.connection.TcpState;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.PacketService;
import org.vtl.service.Traffic;

/**
 * A connection as the engine keeps it: made once, recycled for ever. Its worker alone touches it.
 * The table, the tracker and the dispatcher each own the fields that their comments name.
 *
 * <p>There may be a million, so each field is as wide as what it holds: 112 bytes in all ({@code
 * ConnectionSizeTest}). Its key is in one place, for the lookup to find near together.
 */
public final class TrackedConnection implements Connection {
  /** It is in the table. */
  static final int LIVE = 1;

  /** It is about to leave the table: its listeners are being told. */
  static final int ENDING = 1 << 1;

  static final int IPV6 = 1 << 2;

  /** The network's end sent the first packet. */
  static final int OPENED_INBOUND = 1 << 3;

  /** It stands for packets that belong to none. */
  static final int UNTRACKED = 1 << 4;

  /** Picked up midway. */
  static final int MIDSTREAM = 1 << 5;

  /** Both ends have spoken, or shaken hands. */
  static final int ESTABLISHED = 1 << 6;

  /** The system may carry it: {@link RareState#flow}. */
  static final int FLOW = 1 << 7;

  /** That a packet was dropped has been told. */
  private static final int DROP_TOLD = 1 << 8;

  /** That a service took a packet has been told. */
  private static final int TAKE_TOLD = 1 << 9;

  /** What a place without a connection keeps. */
  private static final int LASTING = UNTRACKED;

  private static final int NO_FLOW = -1;
  private static final int NO_TIMERS = -1;
  private static final int NO_PLAN = -1;

  // Identity, by the table.
  long vmLow;
  long networkLow;
  long vmHigh;
  long networkHigh;

  /** The VM's port in the high half, the network's in the low. */
  int ports;

  int vlan;
  private byte protocol;

  /** {@link Timeout#ordinal} of the queue it is in. */
  byte timeout;

  /** Of the constants above; some are the tracker's. */
  private char flags;

  /** Its place in the table, for ever. */
  final int place;

  // The queue of its timeout: places, or TimeoutQueues.NONE.
  int older;
  int newer;

  long id;
  long lastNanos;

  /** When it was opened, as {@link CoarseTime}. */
  int openedTime;

  /**
   * The plan in which {@link #left} was written, by the plan: services that changed in a later one
   * have come back.
   */
  public int planSerial = NO_PLAN;

  /** Services that left, by their stable number; by the plan. */
  public long left;

  private final ConnectionOwner owner;
  final EndpointState vm = new EndpointState(this);
  final EndpointState network = new EndpointState(this);

  /** Null as long as nothing of it was needed here. */
  private RareState rare;

  /** A connection of {@code owner}; an untracked one stands for packets that belong to none. */
  public TrackedConnection(ConnectionOwner owner, boolean tracked) {
    this(owner, tracked, TimeoutQueues.NONE);
  }

  /** A connection for {@code place} in the table of {@code owner}. */
  TrackedConnection(ConnectionOwner owner, int place) {
    this(owner, true, place);
  }

  private TrackedConnection(ConnectionOwner owner, boolean tracked, int place) {
    this.owner = owner;
    this.place = place;
    set(UNTRACKED, !tracked);
  }

  public EndpointState end(Direction sender) {
    return sender == Direction.OUTBOUND ? vm : network;
  }

  /** Its place in the table, for ever; -1 outside of one. */
  public int place() {
    return place;
  }

  boolean is(int flag) {
    return (flags & flag) != 0;
  }

  void set(int flag) {
    flags |= (char) flag;
  }

  void set(int flag, boolean value) {
    flags = (char) (value ? flags | flag : flags & ~flag);
  }

  /** Whether it is in the table now, and not about to leave it. */
  public boolean isLive() {
    return (flags & (LIVE | ENDING)) == LIVE;
  }

  public Traffic traffic() {
    return switch (protocol()) {
      case Protocol.TCP -> Traffic.TCP;
      case Protocol.UDP -> Traffic.UDP;
      case Protocol.ICMP, Protocol.ICMPV6 -> Traffic.ICMP;
      case Protocol.NONE -> Traffic.OTHER;
      default -> Traffic.OTHER_IP;
    };
  }

  /** Packets that did not fit the model, at most 65,535 for each end. */
  public long invalidPackets() {
    return vm.invalid() + network.invalid();
  }

  /** Whether either end has closed or aborted, as far as TCP goes. */
  public boolean isClosed() {
    return vm.state() == TcpState.CLOSED && network.state() == TcpState.CLOSED;
  }

  // ---- what happens to it ----------------------------------------------------------------------

  /** Has its lane remember {@code event}, the doing of the sender of {@code by}; null: of none. */
  void tell(ConnectionEvent event, Direction by) {
    if (is(LIVE)) {
      owner.happened(this, event, by);
    }
  }

  /** Both ends have spoken, or shaken hands. */
  void establish() {
    if (!is(ESTABLISHED)) {
      set(ESTABLISHED);
      set(DROP_TOLD, false); // what is dropped now has other reasons than what was before
      tell(ConnectionEvent.ESTABLISHED, null);
    }
  }

  /** Whether that a packet of it is dropped is still to be told; not any more from now on. */
  public boolean tellsDrop() {
    return tells(DROP_TOLD);
  }

  /** The same of a packet that a service takes. */
  public boolean tellsTake() {
    return tells(TAKE_TOLD);
  }

  private boolean tells(int told) {
    boolean tells = (flags & (LIVE | told)) == LIVE;
    if (tells) {
      set(told);
    }
    return tells;
  }

  /** Takes its identity from {@code key}. */
  void identify(FlowKey key) {
    vmLow = key.vmLow;
    networkLow = key.networkLow;
    vmHigh = key.vmHigh;
    networkHigh = key.networkHigh;
    ports = key.ports;
    vlan = key.vlan;
    protocol = (byte) key.protocol;
    set(IPV6, key.ipv6);
  }

  /** Makes it fresh for its next use; slots give their states back. */
  void recycle() {
    if (rare != null) {
      rare.recycle();
    }
    vm.clear();
    network.clear();
    id = 0;
    vlan = 0;
    planSerial = NO_PLAN;
    left = 0;
    flags &= LASTING;
  }

  // ---- what few connections have ---------------------------------------------------------------

  RareState rareState() {
    if (rare == null) {
      rare = new RareState();
    }
    return rare;
  }

  @Override
  public <T> T get(Slot<T> slot) {
    return rareState().get((ServiceSlot<T>) slot);
  }

  @Override
  public boolean has(Slot<?> slot) {
    return rare != null && rare.has((ServiceSlot<?>) slot);
  }

  @Override
  public void clear(Slot<?> slot) {
    if (rare != null) {
      rare.clear((ServiceSlot<?>) slot);
    }
  }

  /** Timers of this connection, a list by the timer wheel; -1 for none. */
  public int timers() {
    return rare == null ? NO_TIMERS : rare.timers;
  }

  public void setTimers(int timers) {
    rareState().timers = timers;
  }

  /** Its number where the system may carry it; -1 where it may not. */
  public int flow() {
    return is(FLOW) ? rare.flow : NO_FLOW;
  }

  /** Gives it a number, or none with -1. */
  public void setFlow(int flow) {
    if (flow >= 0) {
      rareState().flow = flow;
    }
    set(FLOW, flow >= 0);
  }

  // ---- translations ----------------------------------------------------------------------------

  /** The first translation, nearest to the VM; null when there is none. */
  public SequenceTranslation translations() {
    return rare == null ? null : rare.translations;
  }

  /** Keeps {@code added} in the order of the services' places. */
  public void add(SequenceTranslation added) {
    SequenceTranslation before = translations();
    if (before == null || added.compareTo(before) < 0) {
      added.outward = before;
      rareState().translations = added;
      return;
    }
    while (before.outward != null && before.outward.compareTo(added) < 0) {
      before = before.outward;
    }
    added.outward = before.outward;
    before.outward = added;
  }

  // ---- Connection ------------------------------------------------------------------------------

  @Override
  public long id() {
    return id;
  }

  @Override
  public boolean isTracked() {
    return !is(UNTRACKED);
  }

  @Override
  public Link link() {
    return owner.link();
  }

  @Override
  public int protocol() {
    return is(UNTRACKED) ? Protocol.NONE : protocol & 0xff;
  }

  @Override
  public boolean isIpv6() {
    return is(IPV6);
  }

  @Override
  public int vlan() {
    return vlan;
  }

  @Override
  public Endpoint vm() {
    return vm;
  }

  @Override
  public Endpoint network() {
    return network;
  }

  @Override
  public Direction opener() {
    return is(OPENED_INBOUND) ? Direction.INBOUND : Direction.OUTBOUND;
  }

  @Override
  public boolean isMidstream() {
    return is(MIDSTREAM);
  }

  @Override
  public boolean isEstablished() {
    return is(ESTABLISHED);
  }

  @Override
  public long openedNanos() {
    return CoarseTime.nanos(openedTime);
  }

  @Override
  public long lastNanos() {
    return lastNanos;
  }

  @Override
  public void leave(PacketService service) {
    if (is(UNTRACKED)) {
      return; // one untracked connection stands for many conversations
    }
    long itself = 1L << requireId(service);
    owner.fit(this, owner.left(this) | itself);
    if (rare != null) {
      rare.guarded &= ~itself;
    }
  }

  @Override
  public void leaveGuarded(PacketService service) {
    leave(service);
    if (!is(UNTRACKED)) {
      rareState().guarded |= 1L << requireId(service);
      owner.wanted(this);
    }
  }

  @Override
  public void rejoin(PacketService service) {
    if (!is(UNTRACKED)) {
      owner.fit(this, owner.left(this) & ~(1L << requireId(service)));
      owner.wanted(this);
    }
  }

  /** Services that left and still judge what does not fit, by their stable number. */
  public long guarded() {
    return rare == null || rare.guarded == 0 ? 0 : rare.guarded & owner.left(this);
  }

  private int requireId(PacketService service) {
    int number = owner.serviceId(service);
    if (number < 0) {
      throw new IllegalArgumentException(
          "Service "
              + service.getClass().getName()
              + " is not in the pipeline; pass the registered service itself.");
    }
    return number;
  }

  @Override
  public boolean isInvalid(Packet packet) {
    return owner.isInvalid(packet);
  }

  @Override
  public void sync(Packet packet) {
    commit(packet);
  }

  /** The sender of {@code direction} now has this MAC address: a packet from there is sent on. */
  public void moveTo(Direction direction, long mac) {
    EndpointState end = end(direction);
    if (end.mac() != mac) { // several packets of a batch may say so
      end.setMac(mac);
      tell(ConnectionEvent.MOVED, direction);
    }
  }

  /** Moves the delivered view: {@code packet} is really sent on, or VTL made it. */
  public void commit(Packet packet) {
    if (packet.isTcp() && protocol() == Protocol.TCP) {
      TcpTracker.commit(this, packet, packet.direction());
    }
  }
}

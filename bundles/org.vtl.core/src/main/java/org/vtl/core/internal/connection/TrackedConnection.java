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
 */
public final class TrackedConnection implements Connection {
  private static final int SLOTS = 64;

  final EndpointState vm = new EndpointState();
  final EndpointState network = new EndpointState();

  private final ConnectionOwner owner;
  private final boolean tracked;

  // Identity, by the table.
  long id;
  int protocol = Protocol.NONE;
  boolean ipv6;
  int vlan;
  Traffic traffic = Traffic.OTHER;
  Direction opener = Direction.OUTBOUND;
  long openedNanos;
  long lastNanos;
  boolean live;
  boolean ending;

  // The hash chain and the list of its timeout, by the table.
  int hash;
  TrackedConnection hashNext;
  TrackedConnection older;
  TrackedConnection newer;
  Timeout timeout;

  // By the tracker.
  boolean midstream;
  boolean established;
  long invalid;

  // By the plan: services of the chain by position in plan `pipelineVersion`, and the services that
  // had left then, by their stable number; those that changed in a later plan have come back.
  public long chain;
  public long pipelineVersion = -1;
  public long left;

  /** Timers of this connection, a list by the timer wheel; -1 for none. */
  public int timers = -1;

  private Object[] states;
  private ServiceSlot<?>[] slots;
  private SequenceTranslation translations;

  /** A connection of {@code owner}; an untracked one stands for packets that belong to none. */
  public TrackedConnection(ConnectionOwner owner, boolean tracked) {
    this.owner = owner;
    this.tracked = tracked;
  }

  public EndpointState end(Direction sender) {
    return sender == Direction.OUTBOUND ? vm : network;
  }

  /** Whether it is in the table now, and not about to leave it. */
  public boolean isLive() {
    return live && !ending;
  }

  public Traffic traffic() {
    return traffic;
  }

  public long invalidPackets() {
    return invalid;
  }

  /** Whether either end has closed or aborted, as far as TCP goes. */
  public boolean isClosed() {
    return vm.state == TcpState.CLOSED && network.state == TcpState.CLOSED;
  }

  /** Makes it fresh for its next use; slots give their states back. */
  void recycle() {
    clearSlots();
    vm.clear();
    network.clear();
    id = 0;
    protocol = Protocol.NONE;
    ipv6 = false;
    vlan = 0;
    midstream = false;
    established = false;
    invalid = 0;
    chain = 0;
    pipelineVersion = -1;
    left = 0;
    translations = null;
    live = false;
  }

  // ---- slots -----------------------------------------------------------------------------------

  @Override
  @SuppressWarnings("unchecked")
  public <T> T get(Slot<T> slot) {
    ServiceSlot<T> own = (ServiceSlot<T>) slot;
    if (states == null) {
      states = new Object[SLOTS];
      slots = new ServiceSlot<?>[SLOTS];
    }
    Object state = states[own.index()];
    if (state == null || slots[own.index()] != own) {
      state = own.take();
      states[own.index()] = state;
      slots[own.index()] = own;
    }
    return (T) state;
  }

  @Override
  public boolean has(Slot<?> slot) {
    ServiceSlot<?> own = (ServiceSlot<?>) slot;
    return states != null && slots[own.index()] == own && states[own.index()] != null;
  }

  @Override
  public void clear(Slot<?> slot) {
    if (has(slot)) {
      ServiceSlot<?> own = (ServiceSlot<?>) slot;
      Object state = states[own.index()];
      states[own.index()] = null;
      slots[own.index()] = null;
      own.give(state);
    }
  }

  private void clearSlots() {
    if (states != null) {
      for (ServiceSlot<?> slot : slots) {
        if (slot != null) {
          clear(slot);
        }
      }
    }
  }

  // ---- translations ----------------------------------------------------------------------------

  /** The first translation, nearest to the VM; null when there is none. */
  public SequenceTranslation translations() {
    return translations;
  }

  /** Keeps {@code added} in the order of the services' places. */
  public void add(SequenceTranslation added) {
    if (translations == null || added.compareTo(translations) < 0) {
      added.outward = translations;
      translations = added;
      return;
    }
    SequenceTranslation before = translations;
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
    return tracked;
  }

  @Override
  public Link link() {
    return owner.link();
  }

  @Override
  public int protocol() {
    return protocol;
  }

  @Override
  public boolean isIpv6() {
    return ipv6;
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
    return opener;
  }

  @Override
  public boolean isMidstream() {
    return midstream;
  }

  @Override
  public boolean isEstablished() {
    return established;
  }

  @Override
  public long openedNanos() {
    return openedNanos;
  }

  @Override
  public long lastNanos() {
    return lastNanos;
  }

  @Override
  public void leave(PacketService service) {
    if (!tracked) {
      return; // one untracked connection stands for many conversations
    }
    owner.fit(this, owner.left(this) | 1L << requireId(service));
  }

  @Override
  public void rejoin(PacketService service) {
    if (tracked) {
      owner.fit(this, owner.left(this) & ~(1L << requireId(service)));
    }
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

  /** Moves the delivered view: {@code packet} is really sent on, or VTL made it. */
  public void commit(Packet packet) {
    if (protocol == Protocol.TCP && packet.isTcp()) {
      TcpTracker.commit(this, packet, packet.direction());
    }
  }
}

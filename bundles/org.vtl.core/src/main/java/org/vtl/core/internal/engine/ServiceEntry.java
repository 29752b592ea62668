package org.vtl.core.internal.engine;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.StateHandover;
import org.vtl.service.TimerListener;
import org.vtl.service.Traffic;

/**
 * One registration of a service: its place, its mix-ins, its fate. A successor of the same name is
 * another entry with the same {@link #id}.
 */
final class ServiceEntry implements Comparable<ServiceEntry> {
  /** What may be said of a service. */
  enum State {
    ACTIVE,
    /** Fenced off after throwing. */
    FAILED,
    /** A call did not return. */
    STUCK
  }

  final PacketService service;
  final String name;

  /** Its number, 0 to 63, kept by its successors. */
  final int id;

  /** Null where the service does not mix it in. */
  final TimerListener timerListener;

  final ConnectionListener connectionListener;
  final StateHandover handover;
  final ServiceContextOfEntry context;

  /** Name of its bundle and version, and its configuration's PID; empty outside a framework. */
  final String bundle;

  final String pid;

  private volatile int priority;
  private volatile Set<Traffic> traffic;
  private volatile List<String> links;
  private volatile boolean oneWorker;
  private volatile State state = State.ACTIVE;
  private volatile String reason = "";
  private volatile boolean departed;
  private volatile boolean gone;
  private volatile long edition;

  ServiceEntry(PacketService service, ServiceProperties properties, int id, EngineCore engine) {
    this.service = service;
    this.name = properties.name();
    this.id = id;
    this.timerListener = service instanceof TimerListener listener ? listener : null;
    this.connectionListener = service instanceof ConnectionListener listener ? listener : null;
    this.handover = service instanceof StateHandover mixin ? mixin : null;
    this.bundle = properties.bundle();
    this.pid = properties.pid();
    this.context = new ServiceContextOfEntry(this, engine);
    change(properties);
  }

  void change(ServiceProperties properties) {
    priority = properties.priority();
    traffic = EnumSet.copyOf(properties.traffic());
    links = List.copyOf(properties.links());
    oneWorker = properties.oneWorker();
    state = State.ACTIVE; // whoever changes a fenced service means to try it again
    reason = "";
  }

  int priority() {
    return priority;
  }

  Set<Traffic> traffic() {
    return traffic;
  }

  List<String> links() {
    return links;
  }

  /** Whether its configuration names {@code link}, or none and so all. */
  boolean isFor(String link) {
    return links.isEmpty() || links.contains(link);
  }

  /** Whether {@code lane} is one of several of its link, and the service bears one only. */
  boolean needsOneWorker(Lane lane) {
    return oneWorker && lane.workers() > 1;
  }

  /** Whether it is in the chains of {@code lane}. */
  boolean serves(Lane lane) {
    return isFor(lane.name()) && !needsOneWorker(lane);
  }

  State state() {
    return state;
  }

  String reason() {
    return reason;
  }

  void fail(State state, String reason) {
    this.reason = reason; // first: who sees the state wants to know why
    this.state = state;
  }

  /**
   * A number that no registration had before, and that each change of this one raises: what was
   * decided under another edition, such as to leave a connection, holds no more.
   */
  long edition() {
    return edition;
  }

  void setEdition(long next) {
    edition = next;
  }

  /** It was unregistered. */
  void depart() {
    departed = true;
  }

  /** Whether its bundle may be gone: nothing of it may be called at all. */
  boolean isGone() {
    return gone;
  }

  void go() {
    gone = true;
  }

  /** Whether it may be called, and may make packets and start timers. */
  boolean isServing() {
    return state == State.ACTIVE && !departed;
  }

  /** The order from the VM outward: by priority, then by name. */
  @Override
  public int compareTo(ServiceEntry other) {
    return compare(priority, name, other.priority(), other.name);
  }

  static int compare(int priority, String name, int otherPriority, String otherName) {
    int order = Integer.compare(priority, otherPriority);
    return order != 0 ? order : name.compareTo(otherName);
  }
}

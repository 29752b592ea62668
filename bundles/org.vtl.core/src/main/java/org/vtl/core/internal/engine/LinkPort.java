package org.vtl.core.internal.engine;

import java.lang.System.Logger.Level;
import org.vtl.port.Offloads;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;
import org.vtl.port.PortProvider;
import org.vtl.port.PortStatistics;
import org.vtl.runtime.PortInfo;

/**
 * One side of a link: its port while it is open, and why not while it is not. Opened by the
 * supervisor, used and closed by the lane's worker.
 */
final class LinkPort implements PortContext {
  private static final System.Logger LOG = System.getLogger(LinkPort.class.getName());
  private static final int REPEATS_TO_LOG = 10;
  private static final PortStatistics NOTHING = new PortStatistics(0, 0, 0, 0, 0, 0);

  /** What may be said of a port. */
  enum State {
    /** Not open; tried again and again. */
    WAITING,
    /** Being handed to the worker, or closed by it. */
    CHANGING,
    OPEN,
    /** Can never be opened as it is configured. */
    CLOSED
  }

  private final Lane lane;
  private final PortAddress address;
  private final String side;
  private final String where;

  // The worker's.
  private PacketPort port;
  private Offloads offloads = Offloads.NONE;

  private volatile State state = State.WAITING;
  private volatile String reason = "not opened yet";
  private volatile PortProvider provider;
  private volatile PacketPort visible;
  private volatile long openings;
  private volatile boolean exhausted;
  private int repeats;

  /** The side {@code side} of {@code lane}; {@code where} begins each sentence of complaint. */
  LinkPort(Lane lane, PortAddress address, String side, String where) {
    this.lane = lane;
    this.address = address;
    this.side = side;
    this.where = where;
  }

  PortAddress address() {
    return address;
  }

  // ---- the supervisor's ------------------------------------------------------------------------

  boolean isWaiting() {
    return state == State.WAITING;
  }

  PortProvider provider() {
    return provider;
  }

  /** Tries to open the port by {@code by}, or says that there is no provider when it is null. */
  void open(PortProvider by) {
    if (by == null) {
      say(
          State.WAITING,
          "no driver for \""
              + address.scheme()
              + ":\" is installed; install the bundle that has it, such as org.vtl.io.linux for"
              + " packet: and tap: or org.vtl.io.pcap for pcap: and file:");
      return;
    }
    try {
      PacketPort opened = by.open(address, this);
      provider = by;
      state = State.CHANGING;
      lane.helm().submit(() -> attach(opened, by));
    } catch (PortException e) {
      say(State.WAITING, e.getMessage());
    } catch (IllegalArgumentException e) {
      say(State.CLOSED, e.getMessage());
    } catch (RuntimeException | Error e) {
      say(State.WAITING, "the driver failed: " + e);
    }
  }

  /** Makes a port that could never be opened be tried again: its driver has changed. */
  void reconsider() {
    if (state == State.CLOSED) {
      state = State.WAITING;
    }
  }

  /**
   * Says why the port is not open; in the log once, and only when it lasts: at the start drivers
   * and interfaces come in any order.
   */
  private void say(State now, String why) {
    repeats = why.equals(reason) ? repeats + 1 : 0;
    reason = why;
    state = now;
    if (repeats == REPEATS_TO_LOG || now == State.CLOSED && repeats == 0) {
      LOG.log(Level.WARNING, "{0}", sentence());
    }
  }

  private String sentence() {
    String text = where + ": key \"" + side + ".port\": " + reason;
    return text.endsWith(".") ? text : text + ".";
  }

  // ---- the worker's ----------------------------------------------------------------------------

  private void attach(PacketPort opened, PortProvider by) {
    if (lane.engine().provider(address.scheme()) != by) {
      opened.close(); // its driver has left in the meantime
      state = State.WAITING;
      return;
    }
    try {
      offloads = opened.offloads();
    } catch (RuntimeException e) {
      port = opened;
      lost(e);
      return;
    }
    port = opened;
    visible = opened;
    openings++;
    exhausted = false;
    reason = "";
    state = State.OPEN;
    LOG.log(Level.INFO, "Link {0}: port {1} is open.", lane.label(), address);
  }

  /** The open port, or null. */
  PacketPort port() {
    return port;
  }

  Offloads offloads() {
    return offloads;
  }

  /** The port has failed: closes it; the supervisor opens it again. */
  void lost(PortException why) {
    lost(why.getMessage());
  }

  /** The port's driver has failed in a way that it should not. */
  void lost(RuntimeException why) {
    lane.engine().failures().note("the driver of port " + address, why);
    lost("the driver failed: " + why);
  }

  private void lost(String why) {
    say(State.CHANGING, why);
    LOG.log(Level.WARNING, "{0}", sentence());
    release();
    state = State.WAITING;
    lane.engine().portWaits();
  }

  void exhausted() {
    exhausted = true;
  }

  boolean isExhausted() {
    return exhausted;
  }

  /** Closes the port, if it is open. */
  void close() {
    if (port != null) {
      state = State.CHANGING;
      release();
    }
    state = State.WAITING;
  }

  /** Closing may take a while; nobody opens the port again before it is done. */
  private void release() {
    lane.kernelPath().close();
    PacketPort closing = port;
    port = null;
    visible = null;
    provider = null;
    offloads = Offloads.NONE;
    if (closing != null) {
      try {
        closing.close();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "Port " + address + " did not close cleanly.", e);
      }
    }
  }

  // ---- anybody's -------------------------------------------------------------------------------

  @Override
  public String link() {
    return lane.name();
  }

  @Override
  public int worker() {
    return lane.worker();
  }

  @Override
  public int workers() {
    return lane.workers();
  }

  @Override
  public void wake() {
    lane.helm().wake();
  }

  /** Why the port is not open, as a whole sentence; empty when it is. */
  String fault() {
    return state == State.OPEN || reason.isEmpty() ? "" : sentence();
  }

  PortInfo info() {
    PacketPort now = visible;
    boolean open = state == State.OPEN && now != null;
    String shown =
        open ? exhausted ? "EXHAUSTED" : "OPEN" : state == State.CLOSED ? "CLOSED" : "WAITING";
    return new PortInfo(
        address.text(),
        lane.name(),
        side,
        shown,
        open ? now.obstacle() : reason,
        open ? text(now.offloads()) : "none",
        open ? now.mtu() : 0,
        openings,
        open ? now.statistics() : NOTHING);
  }

  private static String text(Offloads offloads) {
    String text =
        (offloads.partialChecksum() ? "checksum," : "")
            + (offloads.tcpSegmentation() ? "tcp," : "")
            + (offloads.udpSegmentation() ? "udp," : "");
    return text.isEmpty() ? "none" : text.substring(0, text.length() - 1);
  }
}

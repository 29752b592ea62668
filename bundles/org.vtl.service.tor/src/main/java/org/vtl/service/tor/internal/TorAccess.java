package org.vtl.service.tor.internal;

import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.vtl.service.tor.internal.control.TorControl;
import org.vtl.service.tor.internal.process.TorProcess;

/** The Tor that streams go through: VTL's own or another. Any thread. */
final class TorAccess implements AutoCloseable {
  private final SocketAddress socks;
  private final TorControl control;
  private final TorProcess process;

  /**
   * Begins to reach the Tor that {@code settings} name, or to run it.
   *
   * @param heir the number of a process that a predecessor gave up for this one; 0 for none
   */
  TorAccess(Settings settings, long heir) {
    if (settings.managed() == null) {
      process = null;
      socks = settings.socks();
      control =
          settings.control() == null
              ? null
              : new TorControl(settings.control(), settings.cookie(), false);
    } else {
      process = new TorProcess(settings.managed(), heir);
      socks = UnixDomainSocketAddress.of(settings.managed().socks());
      control = process.control();
    }
  }

  /** Where Tor takes streams. */
  SocketAddress socks() {
    return socks;
  }

  /** Its control port; null if there is none. */
  TorControl control() {
    return control;
  }

  /** Whether it is worth while to ask for a stream: what is known not to run, is not asked. */
  boolean isThere() {
    return process == null || process.state() == TorProcess.State.RUNNING;
  }

  /** What is wrong, in one sentence with the remedy; empty if nothing is known to be. */
  String complaint() {
    if (process != null && !process.complaint().isEmpty()) {
      return process.complaint();
    }
    if (process != null && control.bootstrap().percent() < 0) {
      return "VTL's Tor was started, and its control port does not answer yet; vtl:tor log shows"
          + " what it says.";
    }
    return control == null ? "" : control.complaint();
  }

  /** Where a Tor of VTL's own is in its life; null for another. */
  TorProcess.State state() {
    return process == null ? null : process.state();
  }

  /** Its process; 0 if it is not VTL's, or does not run. */
  long pid() {
    return process == null ? 0 : process.pid();
  }

  /** The last lines that a Tor of VTL's own has said. */
  List<String> log(int limit) {
    return process == null ? List.of() : process.log(limit);
  }

  /** Gives the process of {@code plan} up for a successor; 0 if there is none. */
  long give(String plan) {
    return process != null && process.plan().toString().equals(plan) ? process.give() : 0;
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    } else if (control != null) {
      control.close();
    }
  }
}

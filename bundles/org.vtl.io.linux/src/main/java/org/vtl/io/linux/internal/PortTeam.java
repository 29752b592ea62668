package org.vtl.io.linux.internal;

import java.util.ArrayList;
import java.util.List;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortContext;
import org.vtl.port.PortException;

/**
 * The ports that a link's workers have at one address: opened together, in the workers' order, and
 * given up together. The kernel numbers a group's sockets, and a TAP interface its queues, in the
 * order they come, and when one goes the last takes its number; a team that is never completed
 * again once one is gone keeps port i worker i's.
 */
final class PortTeam {
  /** Opens one worker's port; called for each, from 0 up. */
  interface Opener {
    PacketPort open(int worker) throws PortException;
  }

  private final PortAddress address;
  private final PacketPort[] ports;
  private final PortContext[] users;
  private final boolean[] done;
  private volatile boolean broken;

  /**
   * Opens the ports of all {@code workers}, or none.
   *
   * @throws PortException if one cannot be opened now
   */
  PortTeam(PortAddress address, int workers, Opener opener) throws PortException {
    this.address = address;
    List<PacketPort> opened = new ArrayList<>();
    try {
      for (int worker = 0; worker < workers; worker++) {
        opened.add(opener.open(worker));
      }
    } catch (PortException | RuntimeException e) {
      opened.forEach(PacketPort::close);
      throw e;
    }
    ports = opened.toArray(PacketPort[]::new);
    users = new PortContext[workers];
    done = new boolean[workers];
  }

  /**
   * The port of {@code context}'s worker, which is its own from now on.
   *
   * @throws PortException if it had it already, or another has given its own up
   */
  synchronized PacketPort take(PortContext context) throws PortException {
    if (broken || context.worker() >= users.length || users[context.worker()] != null) {
      throw new PortException(
          "Port "
              + address
              + " cannot be opened: another worker of link "
              + context.link()
              + " has not closed its own yet; it is tried again.");
    }
    users[context.worker()] = context;
    return new TeamPort(this, context.worker(), ports[context.worker()]);
  }

  /** Whether nobody has one of its ports open, nor can. */
  synchronized boolean isGone() {
    return broken && !isUsed();
  }

  /** Whether a worker has closed its port, so that the others have to. */
  boolean isBroken() {
    return broken;
  }

  /** What a worker is told whose port must go with another's. */
  PortException brokenPort() {
    return new PortException(
        "Port " + address + " is opened again together with those of the link's other workers.");
  }

  /** A worker is done with its port. */
  synchronized void close(int worker) {
    if (done[worker]) {
      return;
    }
    done[worker] = true;
    ports[worker].close();
    broken = true;
    if (isUsed()) {
      for (int other = 0; other < ports.length; other++) {
        if (users[other] != null && !done[other]) {
          users[other].wake();
        }
      }
    } else {
      for (int other = 0; other < ports.length; other++) {
        if (!done[other]) {
          done[other] = true; // opened for a worker that never came for it
          ports[other].close();
        }
      }
    }
  }

  private boolean isUsed() {
    for (int worker = 0; worker < ports.length; worker++) {
      if (users[worker] != null && !done[worker]) {
        return true;
      }
    }
    return false;
  }
}

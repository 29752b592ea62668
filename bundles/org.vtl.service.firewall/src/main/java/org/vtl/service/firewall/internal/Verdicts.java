package org.vtl.service.firewall.internal;

import org.vtl.connection.Connection;
import org.vtl.service.firewall.internal.ruleset.CountTickets;

/**
 * What the firewall keeps of one connection: whether a packet of it was ever accepted, its places
 * in counts, its place among the open ones, and its {@link Course}. Recycled; its worker's.
 */
final class Verdicts {
  /** Whose list it is in; null while it is in none. */
  OpenConnections list;

  Verdicts older;
  Verdicts newer;
  Connection connection;

  /** A packet was accepted: until then the connection is one that nobody opened. */
  private boolean accepted;

  /** The operator ended it; whatever still comes is refused. */
  private boolean ended;

  /** Whether {@link #course} is this connection's. */
  private boolean underWay;

  private Course course;

  /** Made once a policy counts connections; few do. */
  private CountTickets tickets;

  boolean isAccepted() {
    return accepted;
  }

  void accept() {
    accepted = true;
  }

  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** Its places in counts. */
  CountTickets tickets() {
    if (tickets == null) {
      tickets = new CountTickets();
    }
    return tickets;
  }

  /** Its course, or null before its second packet was accepted. */
  Course course() {
    return underWay ? course : null;
  }

  /** Its course as policy {@code serial} decides it, begun if there is none. */
  Course course(long serial) {
    if (course == null) {
      course = new Course();
    }
    if (!underWay) {
      underWay = true;
      course.begin(connection, serial);
    }
    return course;
  }

  /** Forgets what another policy than {@code serial} decided; it is decided anew. */
  void renew(long serial) {
    if (underWay && !course.isOf(serial)) {
      course.rejoin();
      course.begin(connection, serial);
    }
  }

  /** Brings the rules' counters up to date. */
  void settle() {
    if (underWay) {
      course.settle();
    }
  }

  /** Makes it fresh for another connection. */
  void clear() {
    if (list != null) {
      list.remove(this);
    }
    if (tickets != null) {
      tickets.release();
    }
    if (underWay) {
      course.begin(null, 0);
    }
    underWay = false;
    connection = null;
    accepted = false;
    ended = false;
  }
}

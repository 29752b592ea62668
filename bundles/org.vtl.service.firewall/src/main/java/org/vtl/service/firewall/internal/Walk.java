package org.vtl.service.firewall.internal;

import java.util.Locale;
import org.vtl.connection.Connection;
import org.vtl.connection.Connections;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;
import org.vtl.service.firewall.internal.ruleset.LinkRules;
import org.vtl.service.firewall.internal.ruleset.Ruleset;

/**
 * One worker's part of a {@link Review}: goes through its open connections, brings the rules'
 * counters up to date with each, asks other rules about it, and ends it if that is wished. The
 * worker's.
 */
final class Walk {
  /** Connections looked at before the worker turns to its packets again. */
  static final int STEP = 512;

  private static final int BEFORE = -1;

  private final Firewall firewall;
  private final Worker worker;
  private final Review review;
  private final LinkRules rules;
  private final boolean end;

  /** Connections still to look at. */
  private int left = BEFORE;

  /**
   * A walk through what {@code worker} has.
   *
   * @param candidate the rules to ask; null to bring counters up to date only
   * @param end whether to end what they refuse
   */
  Walk(Firewall firewall, Worker worker, Review review, Ruleset candidate, boolean end) {
    this.firewall = firewall;
    this.worker = worker;
    this.review = review;
    this.rules = candidate == null ? null : candidate.link(worker.link().name());
    this.end = end;
  }

  /** Looks at some; true when none is left. */
  boolean step() {
    if (left == BEFORE) {
      left = worker.open().size();
    }
    int until = Math.max(0, left - STEP);
    while (left > until) {
      Verdicts verdicts = worker.open().next();
      if (verdicts == null) {
        left = 0; // the others ended meanwhile
        break;
      }
      left--;
      look(verdicts);
    }
    if (left == 0) {
      review.workerDone();
    }
    return left == 0;
  }

  private void look(Verdicts verdicts) {
    Connection connection = verdicts.connection;
    verdicts.settle();
    if (rules == null || verdicts.isEnded()) {
      return;
    }
    review.checked();
    if (!worker.wouldRefuse(rules, connection, firewall.context().nanoTime())) {
      return;
    }
    if (review.refused()) {
      review.describe(text(connection));
    }
    if (end) {
      end(verdicts, connection);
      review.ended();
    }
  }

  /** Resets both ends of a TCP connection; forgets any other. */
  private void end(Verdicts verdicts, Connection connection) {
    Connections connections = firewall.context().connections();
    if (connection.protocol() != Protocol.TCP) {
      connections.close(connection);
      return;
    }
    connection.rejoin(firewall);
    if (verdicts.course() != null) {
      verdicts.course().rejoin();
    }
    // The engine forgets it by itself once both ends are silent; until then their packets in flight
    // find it ended, instead of opening another.
    verdicts.end();
    reset(connection, Direction.INBOUND);
    reset(connection, Direction.OUTBOUND);
  }

  private void reset(Connection connection, Direction direction) {
    Packet reset = firewall.context().injector().newPacket(connection, direction);
    if (reset != null) {
      reset.tcp().setFlags(TcpHeader.RST | TcpHeader.ACK);
      firewall.context().injector().inject(reset, connection);
    }
  }

  private String text(Connection connection) {
    Direction opener = connection.opener();
    return worker.link().name()
        + " "
        + opener.name().toLowerCase(Locale.ROOT)
        + " "
        + protocol(connection.protocol())
        + " "
        + end(connection.sender(opener), connection.protocol())
        + " > "
        + end(connection.receiver(opener), connection.protocol());
  }

  private static String protocol(int protocol) {
    return switch (protocol) {
      case Protocol.TCP -> "tcp";
      case Protocol.UDP -> "udp";
      case Protocol.ICMP -> "icmp";
      case Protocol.ICMPV6 -> "icmpv6";
      default -> "protocol " + protocol;
    };
  }

  private static String end(Endpoint end, int protocol) {
    String address = Address.format(end.addressHigh(), end.addressLow());
    if (protocol != Protocol.TCP && protocol != Protocol.UDP) {
      return address;
    }
    return (address.indexOf(':') >= 0 ? "[" + address + "]" : address) + ":" + end.port();
  }
}

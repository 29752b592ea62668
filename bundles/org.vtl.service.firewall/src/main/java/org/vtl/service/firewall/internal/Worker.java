package org.vtl.service.firewall.internal;

import java.util.ArrayDeque;
import java.util.Locale;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.connection.Link;
import org.vtl.packet.Direction;
import org.vtl.packet.IcmpHeader;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.packet.TcpHeader;
import org.vtl.service.Verdict;
import org.vtl.service.firewall.internal.policy.Effect;
import org.vtl.service.firewall.internal.policy.Ending.Reject;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.policy.Rule;
import org.vtl.service.firewall.internal.ruleset.Action;
import org.vtl.service.firewall.internal.ruleset.Decision;
import org.vtl.service.firewall.internal.ruleset.LinkRules;
import org.vtl.service.firewall.internal.ruleset.State;
import org.vtl.service.firewall.internal.ruleset.Subject;

/**
 * The firewall as one worker of a link has it: asks the rules, carries out what they say, and
 * leaves connections of which all is decided. Kept in the slot of the link's untracked connection.
 */
final class Worker {
  private static final String[] STATES = words(State.values());
  private static final String[] ACTIONS = words(Action.values());
  private static final int PORT_UNREACHABLE = 3;
  private static final int V6_PORT_UNREACHABLE = 4;

  /** Codes of {@code icmpx} (no-route, port, host, admin-prohibited) in ICMP and ICMPv6. */
  private static final int[] ICMPX = {0, 3, 1, 13};

  private static final int[] ICMPX_V6 = {0, 4, 3, 1};

  private final Firewall firewall;
  private final OpenConnections open = new OpenConnections();
  private final ArrayDeque<Walk> walks = new ArrayDeque<>();
  private final Subject subject = new Subject();
  private Link link;
  private Rejection rejection;
  private Rejections rejections;

  /** The policy whose rules these are. */
  private PolicyInForce policy;

  private LinkRules rules;

  /** Whether any of them counts connections. */
  private boolean counts;

  Worker(Firewall firewall) {
    this.firewall = firewall;
  }

  OpenConnections open() {
    return open;
  }

  Link link() {
    return link;
  }

  /** Makes it fresh for another link. */
  void clear() {
    walks.clear();
    link = null;
    rejection = null;
    rejections = null;
    policy = null;
    rules = null;
  }

  /** Takes up what is in force on {@code at} now. */
  void take(Link at, PolicyInForce inForce, Rejections telling) {
    if (policy != inForce) {
      link = at;
      policy = inForce;
      rules = inForce.ruleset() == null ? null : inForce.ruleset().link(at.name());
      counts = inForce.policy() != null && counts(inForce.policy());
    }
    if (rejections != telling) {
      rejections = telling;
      rejection = telling.of(at.name());
    }
  }

  private static boolean counts(Policy policy) {
    for (Rule rule : policy.rules()) {
      for (Effect effect : rule.effects()) {
        if (effect instanceof Effect.Count) {
          return true;
        }
      }
    }
    return false;
  }

  /** A predecessor had accepted {@code connection}, and perhaps ended it. */
  void adopt(Connection connection, boolean ended) {
    Verdicts known = connection.get(firewall.slot());
    known.connection = connection;
    accepted(known);
    if (ended) {
      known.end();
    }
    long now = firewall.context().nanoTime();
    if (counts && rules != null && !wouldRefuse(rules, connection, now)) {
      asOpened(connection);
      rules.decide(subject.setTickets(known.tickets()), now); // takes its places in counts anew
    }
  }

  /** Takes {@code walk} on; true if it is the only one. */
  boolean begin(Walk walk) {
    walks.add(walk);
    return walks.size() == 1;
  }

  /** Walks a bit; true if it is to walk on soon. */
  boolean walk() {
    Walk first = walks.peek();
    if (first != null && first.step()) {
      walks.poll();
    }
    return !walks.isEmpty();
  }

  // ---- per packet ------------------------------------------------------------------------------

  /** What becomes of {@code packet}, which nothing before the rules has settled. */
  Verdict judge(Packet packet, Connection connection) {
    State state = ConnectionState.of(packet, connection);
    if (rules == null) {
      forget(packet, connection, state);
      return firewall.outcomes().noPolicy().drop(packet);
    }
    Verdicts known = null;
    if (connection.isTracked()) {
      known = connection.get(firewall.slot());
      meet(known, packet, connection, state);
      if (known.isEnded()) {
        rejection.reset(packet, link.untracked());
        return firewall.outcomes().ended().drop(packet);
      }
      if (firewall.synProxy().isAsking(connection)) {
        return firewall.synProxy().ask(packet, connection);
      }
      Course course = known.course();
      Decision steady = course == null ? null : course.steady(packet.direction(), state);
      if (steady != null && !packet.isFragment()) {
        steady.counter().carried(1, bytes(packet));
        return pass(connection, course);
      }
    }
    subject.of(packet, connection, state);
    if (counts && known != null) {
      subject.setTickets(known.tickets());
    }
    Decision decision = rules.decide(subject, packet.arrivalNanos());
    log(packet, decision, state);
    return switch (decision.action()) {
      case ACCEPT -> accept(packet, connection, known, decision, state);
      case DROP -> {
        forget(packet, connection, state);
        yield (decision.isPolicy() ? firewall.outcomes().byPolicy() : firewall.outcomes().byRule())
            .drop(packet);
      }
      case REJECT -> reject(packet, connection, decision, state);
      case SYN_PROXY -> prove(packet, connection, known, decision, state);
    };
  }

  /** {@code packet} is refused before the rules are asked. */
  void refuse(Packet packet, Connection connection) {
    State state = ConnectionState.of(packet, connection);
    if (forget(packet, connection, state) || !connection.isTracked()) {
      return;
    }
    Course course =
        connection.has(firewall.slot()) ? connection.get(firewall.slot()).course() : null;
    if (course != null && isCounted(packet, state)) {
      course.counted(packet.direction(), bytes(packet)); // it has not passed
    }
  }

  /** Whether the counts of the ends include {@code packet}. */
  private static boolean isCounted(Packet packet, State state) {
    return !packet.isLaterFragment() && (state == State.NEW || state == State.ESTABLISHED);
  }

  /** A packet of {@code connection} is here: brings what is known of it up to date. */
  private void meet(Verdicts known, Packet packet, Connection connection, State state) {
    known.connection = connection;
    Course course = known.course();
    if (course != null && course.isLeft() && isCounted(packet, state)) {
      course.counted(packet.direction(), bytes(packet)); // the decision to come counts it
      if (!packet.isFragment()) {
        course.rejoin(); // it would not be here else
      }
    }
    known.renew(policy.serial());
  }

  private Verdict accept(
      Packet packet, Connection connection, Verdicts known, Decision decision, State state) {
    firewall.defences().accepted(packet, connection);
    if (known == null) {
      return Verdict.CONTINUE;
    }
    accepted(known);
    if (!subject.steady() || known.course() == null && isFirst(connection)) {
      return Verdict.CONTINUE;
    }
    Course course = known.course(policy.serial());
    course.setSteady(packet.direction(), state, decision);
    return pass(connection, course);
  }

  private static boolean isFirst(Connection connection) {
    return connection.vm().packets() + connection.network().packets() <= 1;
  }

  /** The rules want the client proved, which has happened once both ends have sent. */
  private Verdict prove(
      Packet packet, Connection connection, Verdicts known, Decision decision, State state) {
    if (state == State.ESTABLISHED) {
      return accept(packet, connection, known, decision, state);
    }
    if (state != State.NEW) {
      forget(packet, connection, state);
      return firewall.outcomes().byRule().drop(packet);
    }
    Verdict verdict = firewall.synProxy().prove(packet, connection, decision.synProxy());
    if (known != null && firewall.synProxy().isAsking(connection)) {
      accepted(known);
    }
    return verdict;
  }

  private void accepted(Verdicts known) {
    known.accept();
    if (known.list == null) {
      open.add(known);
    }
  }

  private Verdict pass(Connection connection, Course course) {
    if (!course.isLeft() && course.isDecided()) {
      course.leave();
      connection.leave(firewall);
    }
    return Verdict.CONTINUE;
  }

  // ---- refusing --------------------------------------------------------------------------------

  private Verdict reject(Packet packet, Connection connection, Decision decision, State state) {
    // What opened nothing has no model that should follow the answer.
    boolean stays = !forget(packet, connection, state);
    Connection told = stays ? connection : link.untracked();
    Reject how = decision.reject();
    int code = how.code();
    boolean ipv6 = packet.isIpv6();
    switch (how.answer()) {
      case TCP_RESET -> rejection.reset(packet, told);
      case ICMP, ICMPV6 -> rejection.unreachable(packet, told, code);
      case ICMPX -> rejection.unreachable(packet, told, ipv6 ? ICMPX_V6[code] : ICMPX[code]);
      case DEFAULT ->
          rejection.unreachable(packet, told, ipv6 ? V6_PORT_UNREACHABLE : PORT_UNREACHABLE);
    }
    return firewall.outcomes().rejected().drop(packet);
  }

  /**
   * Forgets {@code connection} if {@code packet}, which is refused, was to open it: the other end's
   * packets would else pass as answers. True if it is forgotten.
   */
  boolean forget(Packet packet, Connection connection, State state) {
    if (!connection.isTracked() || state == State.ESTABLISHED || state == State.RELATED) {
      return false;
    }
    if (connection.has(firewall.slot()) && connection.get(firewall.slot()).isAccepted()) {
      return false;
    }
    if (state == State.INVALID && !ConnectionState.isFirst(connection, packet)) {
      return false; // it is somebody else's, opened before the firewall was here
    }
    firewall.context().connections().close(connection);
    return true;
  }

  private void log(Packet packet, Decision decision, State state) {
    int count = subject.logCount();
    boolean wished = count == 0 && firewall.logsDrops() && decision.action() != Action.ACCEPT;
    if (count == 0 && !wished) {
      return;
    }
    String action = ACTIONS[decision.action().ordinal()];
    String word = STATES[state.ordinal()];
    for (int i = 0; i < count; i++) {
      Decision by = subject.log(i);
      firewall.log().add(packet, link.name(), by.rule(), by.logPrefix(), action, word);
    }
    if (wished) {
      firewall.log().add(packet, link.name(), decision.rule(), "", action, word);
    }
  }

  // ---- what-if ---------------------------------------------------------------------------------

  /** Whether {@code candidate} would refuse the packet that opened {@code connection}. */
  boolean wouldRefuse(LinkRules candidate, Connection connection, long now) {
    asOpened(connection);
    Action action = candidate.preview(subject, now).action();
    return action == Action.DROP || action == Action.REJECT;
  }

  /** Makes the subject what opened {@code connection}, as far as that is known still. */
  private void asOpened(Connection connection) {
    Direction opener = connection.opener();
    Endpoint sender = connection.sender(opener);
    Endpoint receiver = connection.receiver(opener);
    subject.clear().setDirection(opener).setOpener(opener).setState(State.NEW);
    subject.setIp(connection.isIpv6(), connection.protocol());
    subject.setMacs(sender.mac(), receiver.mac());
    subject.setAddresses(
        sender.addressHigh(), sender.addressLow(), receiver.addressHigh(), receiver.addressLow());
    subject.setVlan(connection.vlan() == 0 ? Subject.NONE : outerVlan(connection.vlan()));
    subject.setHops(sender.timeToLive());
    switch (connection.protocol()) {
      case Protocol.TCP ->
          subject.setPorts(sender.port(), receiver.port()).setTcpFlags(TcpHeader.SYN);
      case Protocol.UDP -> subject.setPorts(sender.port(), receiver.port());
      case Protocol.ICMP -> subject.setIcmp(IcmpHeader.ECHO_REQUEST, 0);
      case Protocol.ICMPV6 -> subject.setIcmp(IcmpHeader.V6_ECHO_REQUEST, 0);
      default -> {}
    }
  }

  /** The outer identifier of {@link Packet#vlanKey}. */
  private static int outerVlan(int key) {
    return (key >>> 13 != 0 ? key >>> 13 : key) & 0xfff;
  }

  private static long bytes(Packet packet) {
    return packet.datagramEnd() - packet.networkOffset();
  }

  private static String[] words(Enum<?>[] values) {
    String[] words = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      words[i] = values[i].name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return words;
  }
}

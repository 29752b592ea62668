package org.vtl.service.firewall.internal.ruleset;

import java.util.Arrays;
import org.vtl.connection.Connection;
import org.vtl.packet.Bytes;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.Dimension;

/**
 * A packet as rules see it: one number for each {@link Dimension}. One object per worker, filled
 * anew for each packet; also filled by hand, to ask what would become of a packet. What the packet
 * does not have is {@link #NONE}, which no match holds for, negated or not.
 */
public final class Subject {
  /** What the packet does not have. */
  public static final int NONE = -1;

  /** How many logging rules one packet is noted for. */
  static final int LOGS = 8;

  private static final int SCTP = 132;
  private static final int DIMENSIONS = Dimension.values().length;
  private static final int FAMILY = Dimension.FAMILY.ordinal();
  private static final int DIRECTION = Dimension.DIRECTION.ordinal();
  private static final int STATE = Dimension.STATE.ordinal();
  private static final int PROTOCOL = Dimension.PROTOCOL.ordinal();
  private static final int SOURCE = Dimension.SOURCE_ADDRESS.ordinal();
  private static final int DESTINATION = Dimension.DESTINATION_ADDRESS.ordinal();
  private static final int SOURCE_PORT = Dimension.SOURCE_PORT.ordinal();
  private static final int DESTINATION_PORT = Dimension.DESTINATION_PORT.ordinal();
  private static final int VLAN = Dimension.VLAN.ordinal();
  private static final int CONNECTION_DIRECTION = Dimension.CONNECTION_DIRECTION.ordinal();
  private static final int ETHER_TYPE = Dimension.ETHER_TYPE.ordinal();
  private static final int SOURCE_MAC = Dimension.SOURCE_MAC.ordinal();
  private static final int DESTINATION_MAC = Dimension.DESTINATION_MAC.ordinal();
  private static final int ICMP_TYPE = Dimension.ICMP_TYPE.ordinal();
  private static final int ICMP_CODE = Dimension.ICMP_CODE.ordinal();
  private static final int TCP_FLAGS = Dimension.TCP_FLAGS.ordinal();
  private static final int LENGTH = Dimension.LENGTH.ordinal();
  private static final int HOPS = Dimension.HOPS.ordinal();

  private static final State[] STATES = State.values();
  private static final Direction[] DIRECTIONS = Direction.values();

  /** Of each dimension the number, of addresses the low half. */
  final long[] low = new long[DIMENSIONS];

  /** The high halves of addresses; 0 of all else. */
  final long[] high = new long[DIMENSIONS];

  private Direction opener = Direction.OUTBOUND;
  private boolean laterFragment;

  // What came of the decision.
  private final Decision[] logs = new Decision[LOGS];
  private int logCount;
  private boolean steady;
  private CountTickets tickets;

  /** A packet of which nothing is known: outbound, new, not IP. */
  public Subject() {
    clear();
  }

  /** Forgets all: outbound, new, not IP, nothing else there. Returns this. */
  public Subject clear() {
    Arrays.fill(low, NONE);
    Arrays.fill(high, 0);
    low[FAMILY] = Dimension.NOT_IP;
    low[DIRECTION] = Direction.OUTBOUND.ordinal();
    low[STATE] = State.NEW.ordinal();
    low[CONNECTION_DIRECTION] = 0;
    opener = Direction.OUTBOUND;
    laterFragment = false;
    tickets = null;
    forgetDecision();
    return this;
  }

  /**
   * Becomes {@code packet}, which is in {@code state} to {@code connection}; an untracked
   * connection counts as opened by the packet's sender. An ICMP error is the ICMP packet that it
   * is, without ports. Returns this.
   */
  public Subject of(Packet packet, Connection connection, State state) {
    clear();
    setDirection(packet.direction());
    setState(state);
    setOpener(connection.isTracked() ? connection.opener() : packet.direction());
    low[ETHER_TYPE] = packet.etherType();
    low[SOURCE_MAC] = packet.ethernet().source();
    low[DESTINATION_MAC] = packet.ethernet().destination();
    low[VLAN] = packet.vlanId();
    laterFragment = packet.isLaterFragment();
    if (packet.isIp()) {
      ofDatagram(packet);
    } else {
      low[LENGTH] = packet.length() - packet.networkOffset();
    }
    return this;
  }

  private void ofDatagram(Packet packet) {
    boolean ipv6 = packet.isIpv6();
    low[FAMILY] = ipv6 ? Dimension.IPV6 : Dimension.IPV4;
    low[PROTOCOL] = packet.protocol();
    setAddresses(
        packet.sourceHigh(), packet.sourceLow(), packet.destinationHigh(), packet.destinationLow());
    low[HOPS] = ipv6 ? packet.ipv6().hopLimit() : packet.ipv4().timeToLive();
    // IP's own length: a UDP datagram may end before IP's does.
    low[LENGTH] = ipv6 ? packet.ipv6().payloadLength() + 40L : packet.ipv4().totalLength();
    if (packet.isTcp()) {
      setPorts(packet.tcp().sourcePort(), packet.tcp().destinationPort());
      low[TCP_FLAGS] = packet.tcp().flags() & 0xff;
    } else if (packet.isUdp()) {
      setPorts(packet.udp().sourcePort(), packet.udp().destinationPort());
    } else if (packet.isIcmp() || packet.isIcmpv6()) {
      setIcmp(packet.icmp().type(), packet.icmp().code());
    } else if (packet.protocol() == SCTP
        && !packet.isLaterFragment()
        && packet.transportLength() >= 4) {
      long at = (long) packet.start() + packet.transportOffset();
      setPorts(Bytes.u16(packet.memory(), at), Bytes.u16(packet.memory(), at + 2));
    }
  }

  // ---- by hand
  // -----------------------------------------------------------------------------------

  public Subject setDirection(Direction direction) {
    low[DIRECTION] = direction.ordinal();
    low[CONNECTION_DIRECTION] = direction == opener ? 0 : 1;
    return this;
  }

  public Subject setState(State state) {
    low[STATE] = state.ordinal();
    return this;
  }

  /** The direction of the connection's first packet. */
  public Subject setOpener(Direction opener) {
    this.opener = opener;
    low[CONNECTION_DIRECTION] = low[DIRECTION] == opener.ordinal() ? 0 : 1;
    return this;
  }

  public Subject setEtherType(int etherType) {
    low[ETHER_TYPE] = etherType;
    return this;
  }

  public Subject setMacs(long source, long destination) {
    low[SOURCE_MAC] = source;
    low[DESTINATION_MAC] = destination;
    return this;
  }

  /** The outer VLAN identifier, or {@link #NONE}. */
  public Subject setVlan(int vlan) {
    low[VLAN] = vlan;
    return this;
  }

  /** Makes it IP, of {@code protocol}; the EtherType follows. */
  public Subject setIp(boolean ipv6, int protocol) {
    low[FAMILY] = ipv6 ? Dimension.IPV6 : Dimension.IPV4;
    low[ETHER_TYPE] = ipv6 ? Protocol.ETHER_IPV6 : Protocol.ETHER_IPV4;
    low[PROTOCOL] = protocol;
    return this;
  }

  /** The addresses in halves, IPv4 mapped. */
  public Subject setAddresses(
      long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    high[SOURCE] = sourceHigh;
    low[SOURCE] = sourceLow;
    high[DESTINATION] = destinationHigh;
    low[DESTINATION] = destinationLow;
    return this;
  }

  public Subject setPorts(int source, int destination) {
    low[SOURCE_PORT] = source;
    low[DESTINATION_PORT] = destination;
    return this;
  }

  public Subject setIcmp(int type, int code) {
    low[ICMP_TYPE] = type;
    low[ICMP_CODE] = code;
    return this;
  }

  /** The flags of {@link org.vtl.packet.TcpHeader}. */
  public Subject setTcpFlags(int flags) {
    low[TCP_FLAGS] = flags & 0xff;
    return this;
  }

  /** Bytes of the IP datagram. */
  public Subject setLength(int bytes) {
    low[LENGTH] = bytes;
    return this;
  }

  /** Time to live, or hop limit. */
  public Subject setHops(int hops) {
    low[HOPS] = hops;
    return this;
  }

  /**
   * Where the connection keeps its places in {@code ct count}; set after {@link #of}. Without,
   * null, counts are looked at, but not taken.
   */
  public Subject setTickets(CountTickets tickets) {
    this.tickets = tickets;
    return this;
  }

  // ---- reading
  // -----------------------------------------------------------------------------------

  public Direction direction() {
    return DIRECTIONS[(int) low[DIRECTION]];
  }

  public State state() {
    return STATES[(int) low[STATE]];
  }

  public Direction opener() {
    return opener;
  }

  public boolean isIp() {
    return low[FAMILY] != Dimension.NOT_IP;
  }

  public boolean isIpv6() {
    return low[FAMILY] == Dimension.IPV6;
  }

  public int etherType() {
    return (int) low[ETHER_TYPE];
  }

  public long sourceMac() {
    return low[SOURCE_MAC];
  }

  public long destinationMac() {
    return low[DESTINATION_MAC];
  }

  public int vlan() {
    return (int) low[VLAN];
  }

  /** The IP protocol, or {@link #NONE}. */
  public int protocol() {
    return (int) low[PROTOCOL];
  }

  public long sourceHigh() {
    return high[SOURCE];
  }

  public long sourceLow() {
    return low[SOURCE];
  }

  public long destinationHigh() {
    return high[DESTINATION];
  }

  public long destinationLow() {
    return low[DESTINATION];
  }

  public int sourcePort() {
    return (int) low[SOURCE_PORT];
  }

  public int destinationPort() {
    return (int) low[DESTINATION_PORT];
  }

  public int icmpType() {
    return (int) low[ICMP_TYPE];
  }

  public int icmpCode() {
    return (int) low[ICMP_CODE];
  }

  public int tcpFlags() {
    return (int) low[TCP_FLAGS];
  }

  /** Bytes of the IP datagram, or {@link #NONE}. */
  public int length() {
    return (int) low[LENGTH];
  }

  public int hops() {
    return (int) low[HOPS];
  }

  // ---- what came of the decision
  // -----------------------------------------------------------------

  /**
   * Whether every later packet of the same connection, direction and state will be decided the same
   * and without effect, so that none needs to be asked for: on the way nothing was looked at that
   * packets of a connection differ in, no limit, no count, and nothing was logged. Only of packets
   * in state NEW or ESTABLISHED, and not of later fragments, which lack ports.
   */
  public boolean steady() {
    return steady;
  }

  /** How many rules with {@code log} matched; more than 8 are not noted. */
  public int logCount() {
    return logCount;
  }

  /** The rule with {@code log} that matched as number {@code index}, from 0. */
  public Decision log(int index) {
    return logs[index];
  }

  CountTickets tickets() {
    return tickets;
  }

  void forgetDecision() {
    Arrays.fill(logs, 0, logCount, null);
    logCount = 0;
    boolean first = low[STATE] == State.NEW.ordinal();
    // Without its ports, a packet may be decided otherwise than the rest of its connection.
    boolean whole =
        !laterFragment
            && (low[SOURCE_PORT] != NONE
                || low[PROTOCOL] != Protocol.TCP
                    && low[PROTOCOL] != Protocol.UDP
                    && low[PROTOCOL] != SCTP);
    steady = whole && (first || low[STATE] == State.ESTABLISHED.ordinal());
  }

  void unsteady() {
    steady = false;
  }

  void log(Decision decision) {
    if (logCount < LOGS) {
      logs[logCount++] = decision;
    }
  }
}

package org.vtl.service.firewall.internal.ruleset;

import org.vtl.packet.Protocol;
import org.vtl.service.firewall.internal.policy.Dimension;
import org.vtl.service.firewall.internal.policy.RangeSet;
import org.vtl.service.firewall.internal.policy.Region;

/**
 * The trees of a link: one for each direction, state, family and well-known protocol, found by
 * arithmetic. What these decide need not be asked within the trees.
 */
final class Roots {
  private static final int STATES = State.values().length;
  private static final int DIRECTIONS = 2;

  /** TCP, UDP, ICMP, ICMPv6, others. */
  private static final int PROTOCOLS = 5;

  private static final int OTHERS = PROTOCOLS - 1;

  /** The protocols over each IP version, and what is not IP. */
  private static final int KINDS = 2 * PROTOCOLS + 1;

  /** How many there are. */
  static final int COUNT = STATES * DIRECTIONS * KINDS;

  private static final int[] NUMBERS = {Protocol.TCP, Protocol.UDP, Protocol.ICMP, Protocol.ICMPV6};

  private static final int FAMILY = Dimension.FAMILY.ordinal();
  private static final int DIRECTION = Dimension.DIRECTION.ordinal();
  private static final int STATE = Dimension.STATE.ordinal();
  private static final int PROTOCOL = Dimension.PROTOCOL.ordinal();

  private Roots() {}

  /** Whether every rule of a tree allows the packet's number in this dimension. */
  static boolean resolves(Dimension dimension) {
    return dimension == Dimension.FAMILY
        || dimension == Dimension.DIRECTION
        || dimension == Dimension.STATE;
  }

  /** The number of the tree for {@code subject}. */
  static int of(Subject subject) {
    int family = (int) subject.low[FAMILY];
    int kind =
        family == Dimension.NOT_IP
            ? KINDS - 1
            : family * PROTOCOLS + protocolPlace((int) subject.low[PROTOCOL]);
    return ((int) subject.low[STATE] * DIRECTIONS + (int) subject.low[DIRECTION]) * KINDS + kind;
  }

  private static int protocolPlace(int number) {
    return switch (number) {
      case Protocol.TCP -> 0;
      case Protocol.UDP -> 1;
      case Protocol.ICMP -> 2;
      case Protocol.ICMPV6 -> 3;
      default -> OTHERS;
    };
  }

  /** The number of {@link Dimension#FAMILY} of tree {@code root}. */
  static int family(int root) {
    int kind = root % KINDS;
    return kind == KINDS - 1 ? Dimension.NOT_IP : kind / PROTOCOLS;
  }

  /** The IP protocol of tree {@code root}; -1 if it is for several, or for what is not IP. */
  static int protocol(int root) {
    int protocol = root % KINDS % PROTOCOLS;
    return root % KINDS == KINDS - 1 || protocol == OTHERS ? -1 : NUMBERS[protocol];
  }

  /** The trees that packets of {@code region} come to, as the bits of each choice. */
  static Scope scope(Region region) {
    return new Scope(
        bits(region.allowed(Dimension.FAMILY), 3),
        bits(region.allowed(Dimension.DIRECTION), DIRECTIONS),
        bits(region.allowed(Dimension.STATE), STATES),
        protocols(region.allowed(Dimension.PROTOCOL)));
  }

  private static int bits(RangeSet allowed, int count) {
    int bits = 0;
    for (int i = 0; i < count; i++) {
      bits |= allowed == null || allowed.contains(i) ? 1 << i : 0;
    }
    return bits;
  }

  private static int protocols(RangeSet allowed) {
    if (allowed == null) {
      return -1;
    }
    int bits = 0;
    for (int number = 0; number < 256; number++) {
      bits |= allowed.contains(number) ? 1 << protocolPlace(number) : 0;
    }
    return bits;
  }

  /**
   * Which trees a rule is in.
   *
   * @param families bits of the families
   * @param protocols bits of the places of protocols; all, when the rule asks for none
   */
  record Scope(int families, int directions, int states, int protocols) {
    boolean has(int root) {
      int family = family(root);
      int flow = root / KINDS;
      int protocol = root % KINDS % PROTOCOLS;
      return (families >>> family & 1) != 0
          && (directions >>> flow % DIRECTIONS & 1) != 0
          && (states >>> flow / DIRECTIONS & 1) != 0
          && (family == Dimension.NOT_IP ? protocols == -1 : (protocols >>> protocol & 1) != 0);
    }
  }
}

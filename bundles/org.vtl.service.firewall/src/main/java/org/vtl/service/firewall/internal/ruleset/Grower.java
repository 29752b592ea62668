package org.vtl.service.firewall.internal.ruleset;

import java.util.Arrays;
import java.util.List;
import org.vtl.service.firewall.internal.policy.Dimension;

/**
 * Grows one decision tree. A node's rules are those that packets in its box can match; the box is
 * cut in two where that parts them best, until few are left. A rule that has its whole box hides
 * all behind it. How often a rule may stand in leaves altogether is limited: where cutting would
 * only multiply rules, they are left to be looked at one by one.
 */
final class Grower {
  /** So few rules are looked at one by one rather than cut. */
  private static final int FEW = 8;

  /** How many references to rules a tree may have for each of its rules. */
  private static final int SPACE = 48;

  private static final int DEEPEST = 60;

  /** Cut only where nothing else helps: packets of a connection may differ in it. */
  private static final List<Dimension> CUT =
      List.of(
          Dimension.DESTINATION_ADDRESS,
          Dimension.SOURCE_ADDRESS,
          Dimension.DESTINATION_PORT,
          Dimension.SOURCE_PORT,
          Dimension.PROTOCOL,
          Dimension.VLAN,
          Dimension.CONNECTION_DIRECTION,
          Dimension.SOURCE_MAC,
          Dimension.DESTINATION_MAC,
          Dimension.ETHER_TYPE);

  private final CompiledRule[] rules;
  private final Borders[] borders;

  /** By dimension and rule: where it begins and ends, in pairs of stretches. */
  private final int[][][] ranges;

  private final int[] from;
  private final int[] to;
  private final CutChoice choice = new CutChoice();

  private Grower(List<CompiledRule> rules, int family, int protocol) {
    this.rules = rules.toArray(CompiledRule[]::new);
    this.borders = new Borders[CUT.size()];
    this.ranges = new int[CUT.size()][this.rules.length][];
    this.from = new int[CUT.size()];
    this.to = new int[CUT.size()];
    for (int d = 0; d < borders.length; d++) {
      borders[d] = Borders.of(CUT.get(d), rules);
      for (int r = 0; r < this.rules.length; r++) {
        ranges[d][r] = borders[d].stretches(this.rules[r].region().allowed(CUT.get(d)));
      }
      to[d] = borders[d].stretches();
      limit(d, family, protocol);
    }
  }

  /** What a packet here cannot be is not in the box: a rule for all it can be hides the rest. */
  private void limit(int d, int family, int protocol) {
    boolean address =
        CUT.get(d) == Dimension.SOURCE_ADDRESS || CUT.get(d) == Dimension.DESTINATION_ADDRESS;
    if (address && family == Dimension.IPV4) {
      from[d] = borders[d].stretch(0, 0xffff_0000_0000L);
      to[d] = borders[d].stretch(0, 0xffff_ffff_ffffL) + 1;
    } else if (CUT.get(d) == Dimension.PROTOCOL && protocol >= 0) {
      from[d] = borders[d].stretch(0, protocol);
      to[d] = from[d] + 1;
    }
  }

  /**
   * The tree of {@code rules}, in their order, for packets of {@code family}, and of {@code
   * protocol} unless that is -1.
   */
  static Node tree(List<CompiledRule> rules, int family, int protocol) {
    Grower grower = new Grower(rules, family, protocol);
    int[] all = new int[rules.size()];
    Arrays.setAll(all, i -> i);
    return grower.grow(all, (long) SPACE * Math.max(rules.size(), 64), 0);
  }

  private Node grow(int[] all, long space, int depth) {
    int[] here = visible(all);
    if (here.length <= FEW || depth >= DEEPEST || !choose(here, space)) {
      return leaf(here);
    }
    int d = choice.dimension();
    int at = choice.stretch();
    int oldFrom = from[d];
    int oldTo = to[d];
    int[] below = within(here, d, oldFrom, at);
    int[] above = within(here, d, at, oldTo);
    long each = space / (below.length + above.length);
    to[d] = at;
    Node left = grow(below, each * below.length, depth + 1);
    to[d] = oldTo;
    from[d] = at;
    Node right = grow(above, each * above.length, depth + 1);
    from[d] = oldFrom;
    return new Node.Cut(
        CUT.get(d).ordinal(),
        borders[d].high(at),
        borders[d].low(at),
        !CUT.get(d).isSteady(),
        left,
        right);
  }

  private boolean choose(int[] here, long space) {
    choice.begin(here.length, space);
    for (int d = 0; d < borders.length; d++) {
      if (!CUT.get(d).isSteady() && choice.isGood()) {
        break;
      }
      choice.consider(d, here, ranges[d], from[d], to[d]);
    }
    return choice.isGood();
  }

  /** Those of {@code all} that no earlier one hides in the box. */
  private int[] visible(int[] all) {
    for (int i = 0; i < all.length; i++) {
      if (rules[all[i]].isFinal() && fills(all[i])) {
        return i + 1 == all.length ? all : Arrays.copyOf(all, i + 1);
      }
    }
    return all;
  }

  private boolean fills(int rule) {
    for (int d = 0; d < borders.length; d++) {
      int[] range = ranges[d][rule];
      boolean whole = false;
      for (int i = 0; i < range.length && !whole; i += 2) {
        whole = range[i] <= from[d] && range[i + 1] >= to[d];
      }
      if (!whole) {
        return false;
      }
    }
    return true;
  }

  private int[] within(int[] here, int d, int first, int behind) {
    int[] kept = new int[here.length];
    int count = 0;
    for (int rule : here) {
      int[] range = ranges[d][rule];
      for (int i = 0; i < range.length; i += 2) {
        if (range[i] < behind && range[i + 1] > first) {
          kept[count++] = rule;
          break;
        }
      }
    }
    return Arrays.copyOf(kept, count);
  }

  private Node leaf(int[] here) {
    CompiledRule[] kept = new CompiledRule[here.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = rules[here[i]];
    }
    return new Node.Leaf(kept);
  }
}

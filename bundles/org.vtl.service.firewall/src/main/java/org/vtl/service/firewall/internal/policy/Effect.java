package org.vtl.service.firewall.internal.policy;

/** A part of a rule that does or keeps something, in the order of writing after all matches. */
public sealed interface Effect {
  /** For whom a limit or a count is kept. */
  enum Per {
    /** One for all. */
    RULE,
    /** One for each source address. */
    SOURCE,
    /** One for each destination address. */
    DESTINATION
  }

  /**
   * A token bucket, as nft's {@code limit}: the rule goes on while there are tokens; with {@code
   * over}, while there are none.
   *
   * @param over whether it matches what is over the limit
   * @param amount packets or bytes per {@code unitNanos}, 1 or more
   * @param unitNanos a second, minute, hour, day or week
   * @param bytes whether bytes are counted instead of packets
   * @param burst how many packets may come at once, 1 or more; how many bytes besides {@code
   *     amount} may, 0 or more
   */
  record Limit(boolean over, long amount, long unitNanos, boolean bytes, long burst, Per per)
      implements Effect {}

  /**
   * Connections that are open now and that this rule let on, as nft's {@code ct count}: the rule
   * goes on while there are at most {@code limit}; with {@code over}, when this one is one more.
   */
  record Count(boolean over, int limit, Per per) implements Effect {}

  /** The packet is noted in the firewall's log, with {@code prefix} or "". */
  record Log(String prefix) implements Effect {}
}

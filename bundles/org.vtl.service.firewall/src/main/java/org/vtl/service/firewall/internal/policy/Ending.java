package org.vtl.service.firewall.internal.policy;

/** How a rule ends: what becomes of the packet. */
public sealed interface Ending {
  /** The packet passes. */
  Ending ACCEPT = new Accept();

  /** The packet vanishes. */
  Ending DROP = new Drop();

  /** The packet is refused, its sender told as nft does without {@code with}. */
  Ending REJECT = new Reject(Reject.Answer.DEFAULT, 0);

  record Accept() implements Ending {}

  record Drop() implements Ending {}

  /**
   * The packet vanishes and its sender is told.
   *
   * @param answer by what
   * @param code the code of "destination unreachable", of ICMP or ICMPv6 as {@code answer} says; of
   *     {@link Answer#ICMPX} one of 0 no-route, 1 port, 2 host, 3 admin-prohibited; else 0
   */
  record Reject(Answer answer, int code) implements Ending {
    /** What tells the sender. */
    public enum Answer {
      /** "Port unreachable" by ICMP or ICMPv6. */
      DEFAULT,
      /** RST; only for TCP. */
      TCP_RESET,
      /** ICMP, type 3; only over IPv4. */
      ICMP,
      /** ICMPv6, type 1; only over IPv6. */
      ICMPV6,
      /** ICMP or ICMPv6, as the packet is. */
      ICMPX
    }
  }

  /**
   * The firewall answers the SYN itself and opens the connection once the client has proved its
   * address.
   *
   * @param mss the server's maximum segment size; 0 when not said
   * @param windowScale the server's; -1 when not said
   * @param timestamp whether the server does timestamps
   * @param sackPermitted whether the server permits SACK
   */
  record SynProxy(int mss, int windowScale, boolean timestamp, boolean sackPermitted)
      implements Ending {}
}

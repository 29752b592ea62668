package org.vtl.service.firewall.internal.policy;

/** Writes how a rule or a policy ends. */
final class EndingWriter {
  private EndingWriter() {}

  static String text(Ending ending) {
    return switch (ending) {
      case Ending.Accept accept -> "accept";
      case Ending.Drop drop -> "drop";
      case Ending.Reject reject -> text(reject);
      case Ending.SynProxy proxy ->
          "synproxy"
              + (proxy.mss() > 0 ? " mss " + proxy.mss() : "")
              + (proxy.windowScale() >= 0 ? " wscale " + proxy.windowScale() : "")
              + (proxy.timestamp() ? " timestamp" : "")
              + (proxy.sackPermitted() ? " sack-perm" : "");
    };
  }

  private static String text(Ending.Reject reject) {
    return switch (reject.answer()) {
      case DEFAULT -> "reject";
      case TCP_RESET -> "reject with tcp reset";
      case ICMP -> "reject with icmp " + Names.name(Kind.ICMP_CODE, reject.code());
      case ICMPV6 -> "reject with icmpv6 " + Names.name(Kind.ICMPV6_CODE, reject.code());
      case ICMPX -> "reject with icmpx " + EndingReader.ICMPX.get(reject.code());
    };
  }
}

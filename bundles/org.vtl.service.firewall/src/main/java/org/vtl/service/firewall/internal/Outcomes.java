package org.vtl.service.firewall.internal;

import org.vtl.metrics.Reason;
import org.vtl.service.ServiceContext;

/** Why the firewall drops a packet, each counted. What stands before the rules has its own. */
record Outcomes(Reason byRule, Reason byPolicy, Reason rejected, Reason noPolicy, Reason ended) {

  static Outcomes of(ServiceContext context) {
    return new Outcomes(
        context.reason("by-rule", "A rule drops the packet."),
        context.reason("by-policy", "No rule accepts the packet, and the policy drops it."),
        context.reason("rejected", "A rule or the policy rejects the packet."),
        context.reason(
            "no-policy", "The rules have an error and none were in force before: all is dropped."),
        context.reason("ended", "The operator ended the connection when the rules changed."));
  }
}

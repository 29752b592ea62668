package org.vtl.service.firewall.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration of {@link Firewall}. */
@ObjectClassDefinition(
    id = "org.vtl.service.firewall",
    name = "VTL firewall",
    description = "Lets pass what its rules accept; the rules are read as nftables reads them.")
@interface FirewallConfig {
  @AttributeDefinition(
      name = "Rules",
      description =
          "The lines of the policy. With an error in them nothing changes; vtl:firewall names all"
              + " errors.")
  String[] rules() default {
    "policy inbound drop",
    "policy outbound accept",
    "ct state invalid drop id invalid",
    "ct state established,related accept id established",
    "inbound icmp type echo-request limit rate 10/second burst 20 packets per source accept id"
        + " ping",
    "inbound icmpv6 type echo-request limit rate 10/second burst 20 packets per source accept id"
        + " ping6"
  };

  @AttributeDefinition(
      name = "Reject rate",
      description =
          "Resets and ICMP errors sent per link and second at most; beyond it, what a rule rejects"
              + " is dropped in silence.",
      min = "0",
      max = "1000000")
  int reject_rate() default 1000;

  @AttributeDefinition(
      name = "Log rate",
      description = "Packets noted in the log per second at most; others are only counted.",
      min = "0",
      max = "1000000")
  int log_rate() default 100;

  @AttributeDefinition(
      name = "Log drops",
      description = "Whether packets that are refused are noted in the log without a rule's log.")
  boolean log_drops() default false;
}

package org.vtl.service.splittcp.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The configuration of {@link SplitTcp}. */
@ObjectClassDefinition(
    id = "org.vtl.service.splittcp",
    name = "VTL split TCP",
    description =
        "Splits TCP connections: VTL speaks TCP to the VM and to its peer, each with a congestion"
            + " control of its own.")
@interface SplitTcpConfig {
  @AttributeDefinition(
      name = "Rules",
      description =
          "Which connections are split, the first line that fits: take or bypass, then any of"
              + " outbound, inbound, vm ADDRESSES, peer ADDRESSES, port PORTS. What no line fits is"
              + " split. Other rules hold at once: relays they bypass leave their connections.")
  String[] rules() default {};

  @AttributeDefinition(
      name = "Live",
      description =
          "Whether connections that were open before are split, too, where their handshake was"
              + " seen.")
  boolean live() default false;

  @AttributeDefinition(
      name = "VM congestion",
      description = "The congestion control of what is sent to the VM.",
      options = {
        @Option(label = "CUBIC (RFC 9438)", value = "cubic"),
        @Option(label = "Reno (RFC 5681)", value = "reno"),
        @Option(label = "BBR", value = "bbr")
      })
  String vm_congestion() default "cubic";

  @AttributeDefinition(
      name = "VM buffer bytes",
      description = "What one connection may hold for the VM at most, in bytes.",
      min = "65536",
      max = "1073741824")
  long vm_buffer_bytes() default 33554432;

  @AttributeDefinition(
      name = "VM pacing",
      description = "Whether segments to the VM are spread over the round trip.")
  boolean vm_pacing() default false;

  @AttributeDefinition(
      name = "VM segment bytes",
      description = "Payload of a segment to or from the VM at most, in bytes; 0: what it says.",
      min = "0",
      max = "65483")
  int vm_segment_bytes() default 0;

  @AttributeDefinition(
      name = "VM keepalive seconds",
      description = "Seconds of silence after which the VM is asked whether it is there; 0: never.",
      min = "0",
      max = "86400")
  int vm_keepalive_seconds() default 0;

  @AttributeDefinition(
      name = "Network congestion",
      description = "The congestion control of what is sent to the peer.",
      options = {
        @Option(label = "CUBIC (RFC 9438)", value = "cubic"),
        @Option(label = "Reno (RFC 5681)", value = "reno"),
        @Option(label = "BBR", value = "bbr")
      })
  String network_congestion() default "bbr";

  @AttributeDefinition(
      name = "Network buffer bytes",
      description =
          "What one connection may hold for the peer at most, in bytes. The path's bandwidth times"
              + " its round-trip time is the least that fills it.",
      min = "65536",
      max = "1073741824")
  long network_buffer_bytes() default 33554432;

  @AttributeDefinition(
      name = "Network pacing",
      description =
          "Whether segments to the peer are spread over the round trip; BBR always does that.")
  boolean network_pacing() default true;

  @AttributeDefinition(
      name = "Network segment bytes",
      description = "Payload of a segment to or from the peer at most, in bytes; 0: what it says.",
      min = "0",
      max = "65483")
  int network_segment_bytes() default 0;

  @AttributeDefinition(
      name = "Network keepalive seconds",
      description =
          "Seconds of silence after which the peer is asked whether it is there; 0: never.",
      min = "0",
      max = "86400")
  int network_keepalive_seconds() default 0;

  @AttributeDefinition(
      name = "Nodelay",
      description =
          "Whether small segments are sent at once; false holds them back while others are"
              + " unacknowledged (Nagle, RFC 9293 section 3.7.4).")
  boolean nodelay() default true;

  @AttributeDefinition(
      name = "ECN",
      description = "Whether ECN (RFC 3168) is offered or accepted where the ends want it.")
  boolean ecn() default true;
}

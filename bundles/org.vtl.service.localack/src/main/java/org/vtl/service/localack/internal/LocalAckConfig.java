package org.vtl.service.localack.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The configuration of {@link LocalAck}. */
@ObjectClassDefinition(
    id = "org.vtl.service.localack",
    name = "VTL local acknowledgments",
    description =
        "Acknowledges what an end of a TCP connection sends at this host, keeps it and repeats it"
            + " until the other end has it.")
@interface LocalAckConfig {
  @AttributeDefinition(
      name = "Rules",
      description =
          "Which connections get local acknowledgments, the first line that fits: take or bypass,"
              + " then any of outbound, inbound, vm ADDRESSES, peer ADDRESSES, port PORTS. What no"
              + " line fits gets them. Other rules hold at once: relays they bypass deliver what"
              + " they hold and go.")
  String[] rules() default {};

  @AttributeDefinition(
      name = "Data",
      description = "Whose data is acknowledged locally.",
      options = {
        @Option(label = "what the VM sends", value = "vm"),
        @Option(label = "what the peer sends", value = "network"),
        @Option(label = "both", value = "both")
      })
  String data() default "vm";

  @AttributeDefinition(
      name = "Least RTT ms",
      description =
          "Round-trip time to the peer from which on a path counts as long, in milliseconds; paths"
              + " that are shorter are left alone. 0: all are long.",
      min = "0",
      max = "60000")
  double least_rtt_ms() default 5;

  @AttributeDefinition(
      name = "Live",
      description = "Whether connections that were open before get local acknowledgments, too.")
  boolean live() default false;

  @AttributeDefinition(
      name = "Congestion",
      description = "The congestion control by which VTL sends what it has acknowledged.",
      options = {
        @Option(label = "CUBIC (RFC 9438)", value = "cubic"),
        @Option(label = "Reno (RFC 5681)", value = "reno"),
        @Option(label = "BBR", value = "bbr")
      })
  String congestion() default "bbr";

  @AttributeDefinition(
      name = "Buffer bytes",
      description =
          "What one connection may hold for one end at most, in bytes: so much is acknowledged and"
              + " not delivered at most.",
      min = "65536",
      max = "1073741824")
  long buffer_bytes() default 33554432;

  @AttributeDefinition(
      name = "Pacing",
      description = "Whether segments are spread over the round trip; BBR always does that.")
  boolean pacing() default true;
}

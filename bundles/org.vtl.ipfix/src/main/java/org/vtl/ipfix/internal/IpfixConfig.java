package org.vtl.ipfix.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** How connections are told of; nothing is as long as there is no collector. */
@ObjectClassDefinition(id = "org.vtl.ipfix", name = "VTL IPFIX export")
@interface IpfixConfig {
  @AttributeDefinition(
      name = "Collector",
      description = "HOST:PORT of the collector, such as 192.0.2.7:4739; empty: nothing is told.")
  String collector() default "";

  @AttributeDefinition(
      name = "Transport",
      description = "How messages go to the collector.",
      options = {@Option(label = "UDP", value = "udp"), @Option(label = "TCP", value = "tcp")})
  String transport() default "udp";

  @AttributeDefinition(
      name = "Observation domain",
      description = "The number by which the collector tells this VTL from others of its host.",
      min = "0")
  int domain() default 1;

  @AttributeDefinition(
      name = "Template seconds",
      description = "After so long templates are told again by UDP.",
      min = "1",
      max = "86400")
  int template_seconds() default 300;

  @AttributeDefinition(
      name = "Active seconds",
      description = "A connection that goes on is told of after so long, and again.",
      min = "1",
      max = "86400")
  int active_seconds() default 1_800;

  @AttributeDefinition(
      name = "Message bytes",
      description = "A message has at most so many bytes, so that it fits a packet.",
      min = "900",
      max = "65000")
  int message_bytes() default 1_400;

  @AttributeDefinition(
      name = "Queue",
      description = "Records of a link's worker that may wait to be sent; others are lost.",
      min = "16",
      max = "1048576")
  int queue() default 16_384;

  @AttributeDefinition(
      name = "Enterprise",
      description =
          "Whose number the reason for drops has, element 1; 32473 is for examples (RFC 5612).",
      min = "1")
  int enterprise() default 32_473;
}

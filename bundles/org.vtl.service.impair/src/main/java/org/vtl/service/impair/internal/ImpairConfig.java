package org.vtl.service.impair.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/**
 * The configuration of {@link Impair}. Each direction has the same keys: {@code outbound} is from
 * the VM to the network.
 */
@ObjectClassDefinition(
    id = "org.vtl.service.impair",
    name = "VTL impair",
    description = "Emulates a bad or slow line: delay, loss, reordering, repetition, damage, rate.")
@interface ImpairConfig {
  @AttributeDefinition(
      name = "Seed",
      description =
          "Seed of all draws: the same seed, configuration and packets give the same fate.")
  long seed() default 1;

  @AttributeDefinition(
      name = "Jitter distribution",
      description =
          "How jitter is spread: uniform (evenly, at most the jitter either way) or normal "
              + "(the jitter is the standard deviation).",
      options = {
        @Option(label = "uniform", value = "uniform"),
        @Option(label = "normal", value = "normal")
      })
  String jitter_distribution() default "uniform";

  @AttributeDefinition(
      name = "Order keep",
      description =
          "Whether jitter keeps the order of packets: a packet that draws a short delay waits "
              + "for the one before it.")
  boolean order_keep() default true;

  @AttributeDefinition(
      name = "Hold packets",
      description =
          "Packets on the way per link and direction at most; those beyond it are dropped.",
      min = "4",
      max = "30000")
  int hold_packets() default 4000;

  @AttributeDefinition(
      name = "Outbound delay ms",
      description = "Time every packet travels, in milliseconds.",
      min = "0",
      max = "60000")
  double outbound_delay_ms() default 0;

  @AttributeDefinition(
      name = "Outbound jitter ms",
      description = "How much the delay varies, in milliseconds.",
      min = "0",
      max = "60000")
  double outbound_jitter_ms() default 0;

  @AttributeDefinition(
      name = "Outbound loss percent",
      description = "Packets lost, each by itself, in percent.",
      min = "0",
      max = "100")
  double outbound_loss_percent() default 0;

  @AttributeDefinition(
      name = "Outbound burst start percent",
      description =
          "Chance per packet that a bad spell starts (Gilbert-Elliott), in percent; 0 for "
              + "none.",
      min = "0",
      max = "100")
  double outbound_burst_start_percent() default 0;

  @AttributeDefinition(
      name = "Outbound burst end percent",
      description =
          "Chance per packet that a bad spell ends, in percent; its mean length is 100 over "
              + "this.",
      min = "0",
      max = "100")
  double outbound_burst_end_percent() default 25;

  @AttributeDefinition(
      name = "Outbound burst loss percent",
      description = "Packets lost during a bad spell, in percent.",
      min = "0",
      max = "100")
  double outbound_burst_loss_percent() default 100;

  @AttributeDefinition(
      name = "Outbound duplicate percent",
      description = "Packets that arrive twice, in percent.",
      min = "0",
      max = "100")
  double outbound_duplicate_percent() default 0;

  @AttributeDefinition(
      name = "Outbound corrupt percent",
      description = "Packets of which one byte is damaged, in percent.",
      min = "0",
      max = "100")
  double outbound_corrupt_percent() default 0;

  @AttributeDefinition(
      name = "Outbound reorder percent",
      description = "Packets held back so that later ones overtake them, in percent.",
      min = "0",
      max = "100")
  double outbound_reorder_percent() default 0;

  @AttributeDefinition(
      name = "Outbound reorder delay ms",
      description = "How long such packets are held back, in milliseconds.",
      min = "0",
      max = "60000")
  double outbound_reorder_delay_ms() default 5;

  @AttributeDefinition(
      name = "Outbound rate mbit",
      description = "What the line carries, in million bits per second; 0 for no limit.",
      min = "0",
      max = "100000")
  double outbound_rate_mbit() default 0;

  @AttributeDefinition(
      name = "Outbound rate burst bytes",
      description = "What may pass at once after a pause before the rate holds, in bytes.",
      min = "0",
      max = "100000000")
  int outbound_rate_burst_bytes() default 0;

  @AttributeDefinition(
      name = "Outbound rate overhead bytes",
      description =
          "Added to each frame's length when it is charged against the rate, in bytes; 24 for "
              + "preamble, checksum and gap of Ethernet.",
      min = "0",
      max = "1000")
  int outbound_rate_overhead_bytes() default 0;

  @AttributeDefinition(
      name = "Outbound queue bytes",
      description = "What may wait for the rate, in bytes; packets beyond it are dropped.",
      min = "1500",
      max = "1000000000")
  int outbound_queue_bytes() default 262144;

  @AttributeDefinition(
      name = "Outbound queue packets",
      description = "How many packets may wait for the rate.",
      min = "1",
      max = "30000")
  int outbound_queue_packets() default 1000;

  @AttributeDefinition(
      name = "Inbound delay ms",
      description = "Time every packet travels, in milliseconds.",
      min = "0",
      max = "60000")
  double inbound_delay_ms() default 0;

  @AttributeDefinition(
      name = "Inbound jitter ms",
      description = "How much the delay varies, in milliseconds.",
      min = "0",
      max = "60000")
  double inbound_jitter_ms() default 0;

  @AttributeDefinition(
      name = "Inbound loss percent",
      description = "Packets lost, each by itself, in percent.",
      min = "0",
      max = "100")
  double inbound_loss_percent() default 0;

  @AttributeDefinition(
      name = "Inbound burst start percent",
      description =
          "Chance per packet that a bad spell starts (Gilbert-Elliott), in percent; 0 for "
              + "none.",
      min = "0",
      max = "100")
  double inbound_burst_start_percent() default 0;

  @AttributeDefinition(
      name = "Inbound burst end percent",
      description =
          "Chance per packet that a bad spell ends, in percent; its mean length is 100 over "
              + "this.",
      min = "0",
      max = "100")
  double inbound_burst_end_percent() default 25;

  @AttributeDefinition(
      name = "Inbound burst loss percent",
      description = "Packets lost during a bad spell, in percent.",
      min = "0",
      max = "100")
  double inbound_burst_loss_percent() default 100;

  @AttributeDefinition(
      name = "Inbound duplicate percent",
      description = "Packets that arrive twice, in percent.",
      min = "0",
      max = "100")
  double inbound_duplicate_percent() default 0;

  @AttributeDefinition(
      name = "Inbound corrupt percent",
      description = "Packets of which one byte is damaged, in percent.",
      min = "0",
      max = "100")
  double inbound_corrupt_percent() default 0;

  @AttributeDefinition(
      name = "Inbound reorder percent",
      description = "Packets held back so that later ones overtake them, in percent.",
      min = "0",
      max = "100")
  double inbound_reorder_percent() default 0;

  @AttributeDefinition(
      name = "Inbound reorder delay ms",
      description = "How long such packets are held back, in milliseconds.",
      min = "0",
      max = "60000")
  double inbound_reorder_delay_ms() default 5;

  @AttributeDefinition(
      name = "Inbound rate mbit",
      description = "What the line carries, in million bits per second; 0 for no limit.",
      min = "0",
      max = "100000")
  double inbound_rate_mbit() default 0;

  @AttributeDefinition(
      name = "Inbound rate burst bytes",
      description = "What may pass at once after a pause before the rate holds, in bytes.",
      min = "0",
      max = "100000000")
  int inbound_rate_burst_bytes() default 0;

  @AttributeDefinition(
      name = "Inbound rate overhead bytes",
      description =
          "Added to each frame's length when it is charged against the rate, in bytes; 24 for "
              + "preamble, checksum and gap of Ethernet.",
      min = "0",
      max = "1000")
  int inbound_rate_overhead_bytes() default 0;

  @AttributeDefinition(
      name = "Inbound queue bytes",
      description = "What may wait for the rate, in bytes; packets beyond it are dropped.",
      min = "1500",
      max = "1000000000")
  int inbound_queue_bytes() default 262144;

  @AttributeDefinition(
      name = "Inbound queue packets",
      description = "How many packets may wait for the rate.",
      min = "1",
      max = "30000")
  int inbound_queue_packets() default 1000;
}

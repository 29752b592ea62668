package org.vtl.tcp.internal.relay;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** The configuration of {@link TcpComponent}. */
@ObjectClassDefinition(
    id = "org.vtl.tcp",
    name = "VTL TCP",
    description = "Memory and number of the relays that services open. How each speaks is theirs.")
@interface TcpConfig {
  @AttributeDefinition(
      name = "Buffer memory",
      description =
          "MiB for the bytes that all relays hold; used as they need it, by one link alone up to"
              + " seven eighths. Another value holds from the bundle's next start on.",
      min = "1",
      max = "65536")
  int buffer_memory() default 256;

  @AttributeDefinition(
      name = "Most relays",
      description =
          "Relays open at once, by one link alone seven eighths of them; a connection that would be"
              + " one more is not relayed. Each takes a timer, of which a worker has 16,384.",
      min = "0",
      max = "10000000")
  int most_relays() default 12_000;

  @AttributeDefinition(
      name = "TIME-WAIT",
      description =
          "Milliseconds that a relay whose ends are through waits for what may be repeated; then"
              + " the ends themselves answer.",
      min = "0",
      max = "240000")
  int time_wait() default 1_000;

  @AttributeDefinition(
      name = "Drain",
      description =
          "Seconds that the bundle, when it is stopped, gives its relays to deliver what they hold"
              + " and leave; what remains is reset.",
      min = "0",
      max = "600")
  int drain() default 10;
}

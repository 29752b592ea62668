package org.vtl.example.portblock.internal;

import java.util.BitSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.Traffic;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;

/**
 * Blocks TCP and UDP connections to configured ports, whichever side opens them.
 *
 * <p>The idea to take from it: decide once per connection. A blocked connection keeps losing its
 * packets; any other is left, and costs nothing from its second packet on.
 *
 * <pre>
 * options   ports: port numbers to block, 1 to 65535 (23)
 * counters  packets and drops, kept by the engine for every service
 * reasons   blocked-port
 * shell     vtl:config org.vtl.example.portblock ports=23,2323
 * example   etc/org.vtl.example.portblock.cfg.json: { "ports": [23, 2323] }
 * see also  docs/services/portblock.md, docs/writing-a-service.md
 * </pre>
 */
@Component(name = "org.vtl.example.portblock")
@VtlService(
    name = "portblock",
    priority = Priority.FILTER,
    protocols = {Traffic.TCP, Traffic.UDP})
@Designate(ocd = PortBlock.Config.class)
public final class PortBlock implements PacketService {
  @ObjectClassDefinition(id = "org.vtl.example.portblock", name = "VTL port block")
  @interface Config {
    @AttributeDefinition(name = "Ports", description = "Ports to block.", min = "1", max = "65535")
    int[] ports() default {23};
  }

  private volatile BitSet ports;
  private Reason blocked;

  /** Takes on a configuration, at the start and whenever it changes; connections left come back. */
  @Activate
  @Modified
  void configure(Config config) {
    BitSet next = new BitSet();
    for (int port : config.ports()) {
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "org.vtl.example.portblock has port " + port + " in ports; give 1 to 65535.");
      }
      next.set(port);
    }
    ports = next; // published whole: workers read it without a lock
  }

  @Override
  public void attach(ServiceContext context) {
    blocked = context.reason("blocked-port", "The connection is to a blocked port.");
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    int port = connection.receiver(connection.opener()).port();
    if (ports.get(port)) {
      return blocked.drop(packet);
    }
    connection.leave(this);
    return Verdict.CONTINUE;
  }
}

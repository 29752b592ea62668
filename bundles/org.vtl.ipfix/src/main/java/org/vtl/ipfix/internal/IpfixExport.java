package org.vtl.ipfix.internal;

import java.util.Hashtable;
import java.util.Map;
import org.osgi.annotation.bundle.Requirement;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.Traffic;

/**
 * Tells a collector of every connection by IPFIX: when it began and ended, what both directions
 * carried, both ends before and after services rewrote them, and why packets were dropped.
 *
 * <pre>
 * options   collector, transport (udp), domain (1), template.seconds (300), active.seconds (1800),
 *           message.bytes (1400), queue (16384), enterprise (32473)
 * counters  flows-exported, flows-lost
 * shell     vtl:config org.vtl.ipfix collector=192.0.2.7:4739
 * example   etc/org.vtl.ipfix.cfg.json: { "collector": "192.0.2.7:4739" }
 * see also  docs/metrics.md, RFC 7011, 7012, 5103
 * </pre>
 */
@Component(name = "org.vtl.ipfix", service = IpfixExport.class, immediate = true)
@Designate(ocd = IpfixConfig.class)
@Requirement(
    namespace = "osgi.implementation",
    name = "vtl.pipeline",
    version = "1.0.0",
    effective = "active")
public final class IpfixExport {
  /** Beyond all services: what they have rewritten is seen as the network sees it. */
  private static final int PRIORITY = 990;

  private ServiceRegistration<?> tap;
  private ServiceRegistration<?> service;
  private Exporter exporter;

  /** Begins to tell, if there is a collector. */
  @Activate
  public IpfixExport(BundleContext context, IpfixConfig config) {
    if (config.collector().isBlank()) {
      return;
    }
    Collector collector = Collector.parse(config.collector(), config.transport());
    FlowObserver observer = new FlowObserver(config.queue(), System::currentTimeMillis);
    service =
        context.registerService(
            PacketService.class,
            observer,
            new Hashtable<>(
                Map.of(
                    PacketService.NAME,
                    "ipfix",
                    PacketService.PRIORITY,
                    PRIORITY,
                    PacketService.PROTOCOLS,
                    new String[] {
                      Traffic.TCP.name(),
                      Traffic.UDP.name(),
                      Traffic.ICMP.name(),
                      Traffic.OTHER_IP.name()
                    },
                    "service.pid",
                    "org.vtl.ipfix")));
    tap =
        context.registerService(
            PacketTap.class, observer, new Hashtable<>(Map.of(PacketTap.DROPS_ONLY, true)));
    exporter =
        new Exporter(
            observer,
            collector,
            new MessageWriter(config.message_bytes(), config.domain(), config.enterprise()),
            config.template_seconds(),
            config.active_seconds());
  }

  @Deactivate
  void close() {
    if (exporter != null) {
      tap.unregister();
      service.unregister();
      exporter.close();
    }
  }
}

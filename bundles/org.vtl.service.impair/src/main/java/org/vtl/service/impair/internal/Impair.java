package org.vtl.service.impair.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.packet.Packet;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.TimerListener;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;

/**
 * Emulates a bad or slow line between the VM and the network: loses, repeats, damages, queues,
 * delays and reorders packets, each direction by its own settings.
 *
 * <p>Its priority, 50 below {@link Priority#OBSERVE_NETWORK}, makes it the outermost service that
 * does something: what a tunnel wraps and a split connection sends travels the bad line, as it
 * would outside, and a capture at the network's side still sees what the line let through.
 *
 * <p>A link that nothing is configured for, and that holds nothing, is left: it costs nothing
 * there.
 *
 * <pre>
 * options   seed  jitter.distribution  order.keep  hold.packets, and for outbound. and inbound.:
 *           delay.ms  jitter.ms  loss.percent  burst.{start,end,loss}.percent  duplicate.percent
 *           corrupt.percent  reorder.percent  reorder.delay.ms  rate.mbit  rate.burst.bytes
 *           rate.overhead.bytes  queue.bytes  queue.packets
 * counters  delayed, duplicated, corrupted, reordered, early
 * reasons   lost, queue-full, hold-full
 * shell     vtl:config org.vtl.service.impair outbound.delay.ms=50
 * example   a satellite's line: outbound.delay.ms=270 inbound.delay.ms=270 inbound.rate.mbit=20
 * see also  docs/services/impair.md, {@link ImpairConfig}
 * </pre>
 */
@Component(name = "org.vtl.service.impair")
@VtlService(name = "impair", priority = Priority.OBSERVE_NETWORK - 50)
@Designate(ocd = ImpairConfig.class)
public final class Impair implements PacketService, TimerListener {
  private volatile Settings settings;
  private ServiceContext context;
  private Slot<Lines> slot;

  /** Takes on a configuration; in place, so that what is on the way stays there. */
  @Activate
  @Modified
  void configure(ImpairConfig config) {
    settings = Settings.of(config);
  }

  @Override
  public void attach(ServiceContext context) {
    Outcomes outcomes = Outcomes.of(context);
    this.context = context;
    Rates rates = new Rates();
    slot = context.slot("lines", () -> new Lines(outcomes, rates), Lines::clear);
  }

  @Override
  public Verdict process(Packet packet, Connection connection) {
    Lines lines = lines(connection.link());
    Line line = lines.of(packet.direction());
    if (!line.isIdle()) {
      return line.enter(packet, connection, context.nanoTime());
    }
    if (lines.isIdle()) {
      context.leave(connection.link()); // a changed configuration brings it back
    }
    return Verdict.CONTINUE;
  }

  @Override
  public void timerExpired(Connection connection, long token) {
    lines(connection.link()).of(token).timerExpired(context.nanoTime());
  }

  private Lines lines(Link link) {
    Lines lines = link.untracked().get(slot);
    lines.apply(settings, link);
    return lines;
  }
}

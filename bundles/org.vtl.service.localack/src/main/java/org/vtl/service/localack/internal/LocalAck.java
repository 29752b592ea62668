package org.vtl.service.localack.internal;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.vtl.connection.Connection;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.Traffic;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.command.RelayCommand;
import org.vtl.tcp.policy.Refusal;
import org.vtl.tcp.policy.RelayPolicy;
import org.vtl.tcp.policy.Standing;
import org.vtl.tcp.policy.Unrelayed;

/**
 * Acknowledges at this host what the VM sends over a long path, so that the VM need not wait for
 * the far end: keeps it, sends it on by a congestion control of its own, and repeats it until the
 * far end has acknowledged it. The ends keep their own connection.
 *
 * <p>It watches the handshake, which tells how long the path is, opens the relay and leaves the
 * connection; the relay is the bundle {@code org.vtl.tcp}'s. When the service is removed without a
 * successor, its relays acknowledge nothing more early, deliver what they hold, and go.
 *
 * <pre>
 * options   rules  data  least.rtt.ms  live  congestion  buffer.bytes  pacing
 * counters  relayed, recalled, not-REASON
 * shell     vtl:localack
 * example   "rules": ["take outbound peer 192.0.2.0/24", "bypass"]
 * see also  docs/services/localack.md, {@link LocalAckConfig}
 * </pre>
 */
@Component(
    name = "org.vtl.service.localack",
    service = {PacketService.class, LocalAck.class})
@VtlService(
    name = "localack",
    priority = Priority.TRANSPORT,
    protocols = {Traffic.TCP})
@Designate(ocd = LocalAckConfig.class)
public final class LocalAck implements PacketService, RelayCommand.Source {
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile VtlRuntime runtime;

  private final TcpRelays relays;
  private volatile Settings settings;
  private volatile LocalAcknowledgmentOptions options;
  private volatile RelayPolicy policy;
  private ServiceContext context;

  @Activate
  public LocalAck(@Reference(name = "relays") TcpRelays relays) {
    this.relays = relays;
  }

  // ---- life ------------------------------------------------------------------------------------

  /** Takes on a configuration, in place; how open relays send stays as it is. */
  @Activate
  @Modified
  void configure(LocalAckConfig config) {
    settings = Settings.of(config);
    if (policy != null) {
      options = options();
      policy.change(settings.rules());
    }
  }

  @Override
  public void attach(ServiceContext context) {
    this.context = context;
    options = options();
    policy = new RelayPolicy(context, relays, settings.rules());
  }

  @Override
  public void detach() {
    policy.end(runtime);
  }

  private LocalAcknowledgmentOptions options() {
    return new LocalAcknowledgmentOptions(
        context.name(), settings.vmData(), settings.networkData());
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  public Verdict process(Packet packet, Connection connection) {
    if (!packet.isTcp() || !connection.isTracked() || packet.isLaterFragment()) {
      return Verdict.CONTINUE; // an ICMP error about it
    }
    if (policy.isRelayed(connection) || !policy.takes(connection)) {
      return bypass(connection);
    }
    if (!policy.permits(packet, connection)) {
      return bypass(connection);
    }
    Standing standing = policy.standing(connection);
    TcpHeader tcp = packet.tcp();
    if (!tcp.isSyn()) {
      if (!standing.isMeasuring() && !settings.live()) {
        return refuse(connection, Refusal.OPEN_BEFORE);
      }
      if (connection.isMidstream()) {
        return refuse(connection, Refusal.MIDSTREAM);
      }
    }
    if (packet.direction() == Direction.OUTBOUND) {
      measure(packet, standing);
      return Verdict.CONTINUE;
    }
    return standing.isMeasured(packet) ? decide(connection, standing) : Verdict.CONTINUE;
  }

  /**
   * The VM sends what the peer will answer. Of a SYN the last one counts: which one is answered
   * nobody knows, and a path must not count as long because a SYN was lost.
   */
  private void measure(Packet packet, Standing standing) {
    TcpHeader tcp = packet.tcp();
    if (!tcp.isRst() && tcp.segmentLength() > 0 && (tcp.isSyn() || !standing.isMeasuring())) {
      standing.measure(tcp.endSequence(), context.nanoTime());
    }
  }

  private Verdict decide(Connection connection, Standing standing) {
    // Not when it arrived: a service further out may have held it since.
    if (context.nanoTime() - standing.measuredFrom() < settings.leastNanos()) {
      return refuse(connection, Refusal.SHORT_PATH);
    }
    policy.note(connection, relays.acknowledge(connection, options));
    return bypass(connection); // the relay has it from here
  }

  private Verdict refuse(Connection connection, Refusal why) {
    policy.refuse(connection, why);
    return bypass(connection);
  }

  private Verdict bypass(Connection connection) {
    connection.leave(this);
    return Verdict.CONTINUE;
  }

  // ---- for commands ----------------------------------------------------------------------------

  @Override
  public List<RelayInfo> relays(int limit) {
    RelayPolicy now = policy;
    return now == null ? List.of() : now.own(limit);
  }

  @Override
  public List<Unrelayed> unrelayed(int limit) throws InterruptedException {
    RelayPolicy now = policy;
    VtlRuntime asked = runtime;
    return now == null || asked == null ? List.of() : now.unrelayed(asked, limit);
  }
}

package org.vtl.service.splittcp.internal;

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
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.Traffic;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;
import org.vtl.tcp.Opening;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.TcpRelays;
import org.vtl.tcp.command.RelayCommand;
import org.vtl.tcp.policy.Refusal;
import org.vtl.tcp.policy.RelayPolicy;
import org.vtl.tcp.policy.Standing;
import org.vtl.tcp.policy.Unrelayed;

/**
 * Splits TCP connections: VTL speaks TCP to the VM and TCP to its peer, so that each end is
 * answered from nearby, and each half of the path has the congestion control that suits it.
 *
 * <p>It decides on the SYN, opens the relay and leaves the connection; the relay is the bundle
 * {@code org.vtl.tcp}'s. So a version of this service may replace another under open connections;
 * when the service is removed without a successor, its relays deliver what they hold and go, and
 * the ends speak to each other again.
 *
 * <pre>
 * options   rules  live  nodelay  ecn, and for vm. and network.: congestion  buffer.bytes  pacing
 *           segment.bytes  keepalive.seconds
 * counters  relayed, recalled, not-REASON
 * shell     vtl:split
 * example   "rules": ["bypass port 22", "take outbound", "bypass"]
 * see also  docs/services/splittcp.md, {@link SplitTcpConfig}
 * </pre>
 */
@Component(
    name = "org.vtl.service.splittcp",
    service = {PacketService.class, SplitTcp.class})
@VtlService(
    name = "splittcp",
    priority = Priority.TRANSPORT,
    protocols = {Traffic.TCP})
@Designate(ocd = SplitTcpConfig.class)
public final class SplitTcp implements PacketService, RelayCommand.Source {
  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile VtlRuntime runtime;

  private final TcpRelays relays;
  private volatile Settings settings;
  private volatile SplitOptions options;
  private volatile RelayPolicy policy;
  private String name;

  @Activate
  public SplitTcp(@Reference(name = "relays") TcpRelays relays) {
    this.relays = relays;
  }

  // ---- life ------------------------------------------------------------------------------------

  /** Takes on a configuration, in place; how open relays speak stays as it is. */
  @Activate
  @Modified
  void configure(SplitTcpConfig config) {
    settings = Settings.of(config);
    if (policy != null) {
      options = options();
      policy.change(settings.rules());
    }
  }

  @Override
  public void attach(ServiceContext context) {
    name = context.name();
    options = options();
    policy = new RelayPolicy(context, relays, settings.rules());
  }

  @Override
  public void detach() {
    policy.end(runtime);
  }

  private SplitOptions options() {
    return new SplitOptions(name, settings.vm(), settings.network());
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
    return isFirst(packet, connection) ? open(packet, connection) : join(packet, connection);
  }

  /** A SYN that nobody has answered: nothing has been agreed yet. */
  private static boolean isFirst(Packet packet, Connection connection) {
    TcpHeader tcp = packet.tcp();
    return tcp.isSyn()
        && !tcp.isAck()
        && packet.direction() == connection.opener()
        && !connection.receiver(packet.direction()).isKnown();
  }

  private Verdict open(Packet syn, Connection connection) {
    policy.note(connection, relays.split(syn, connection, options));
    return bypass(connection); // the relay sees it next
  }

  /** It was open before the service came, or is opening past it. */
  private Verdict join(Packet packet, Connection connection) {
    if (!settings.live()) {
      policy.refuse(connection, Refusal.OPEN_BEFORE);
      return bypass(connection);
    }
    if (connection.isMidstream()) {
      policy.note(connection, Opening.UNKNOWN_NEGOTIATION);
      return bypass(connection);
    }
    Standing standing = policy.standing(connection);
    if (!packet.tcp().isSyn()) {
      standing.clean(packet.direction());
    }
    if (standing.isClean() && connection.isEstablished()) {
      policy.note(connection, relays.insert(connection, options));
      connection.leave(this);
    }
    return Verdict.CONTINUE;
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

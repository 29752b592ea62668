package org.vtl.service.firewall.internal;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.osgi.service.metatype.annotations.Designate;
import org.vtl.connection.Connection;
import org.vtl.connection.Link;
import org.vtl.connection.Slot;
import org.vtl.metrics.Counter;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.runtime.Configurations;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;
import org.vtl.service.firewall.internal.policy.Policy;
import org.vtl.service.firewall.internal.ruleset.Ruleset;
import org.vtl.service.firewall.internal.spoof.Defences;
import org.vtl.service.firewall.internal.synproxy.SynProxy;

/**
 * Lets pass what its rules accept, and refuses the rest: a stateful firewall whose rules are read
 * as nftables reads them.
 *
 * <p>Before the rules, fragments that deceive and packets with another's address are refused; ARP
 * and Neighbor Discovery that are in order pass. A connection whose both directions are accepted
 * whatever they send is left: it costs nothing then. A connection whose first packet is refused is
 * forgotten at once, so a flood of refused packets leaves nothing behind.
 *
 * <pre>
 * options   rules  reject.rate  log.rate  log.drops
 * counters  resets, unreachables, rejections-limited, log-suppressed; by rule: vtl:firewall show
 * reasons   by-rule, by-policy, rejected, no-policy, ended, and those of {@link Defences}
 * shell     vtl:firewall show|check|diff|apply|confirm|rollback|test|log
 * example   "rules": ["ct state established,related accept", "inbound tcp dport ssh accept"]
 * see also  docs/services/firewall.md, {@link FirewallConfig}
 * </pre>
 */
@Component(
    name = Firewall.PID,
    service = {PacketService.class, Firewall.class})
@VtlService(name = "firewall", priority = Priority.FILTER)
@Designate(ocd = FirewallConfig.class)
public final class Firewall
    implements PacketService, ConnectionListener, TimerListener, StateHandover {
  /** Persistent identity of the configuration. */
  public static final String PID = "org.vtl.service.firewall";

  private static final int LOG_ENTRIES = 4_096;
  private static final byte HANDOVER_VERSION = 1;
  private static final long WALK_NANOS = 1_000_000;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile Configurations configurations;

  private final PolicyStore policies;

  private volatile FirewallConfig config;

  /** By which it was furnished last. */
  private FirewallConfig furnished;

  private volatile ServiceContext context;
  private volatile Rejections rejections;
  private volatile FirewallLog log;
  private Slot<Verdicts> slot;
  private Slot<Worker> workers;
  private Outcomes outcomes;
  private Counter suppressed;
  private volatile Defences defences;
  private SynProxy synProxy;

  public Firewall() {
    this(Trials::later, Clock.systemUTC());
  }

  /** One whose trials end, and times are told, by others. */
  Firewall(PolicyStore.Alarm alarm, Clock clock) {
    policies = new PolicyStore(new Enforcer(), this::archive, alarm, clock);
  }

  // ---- life ------------------------------------------------------------------------------------

  /** Takes on a configuration; in place, so that nothing passes meanwhile that should not. */
  @Activate
  @Modified
  void configure(FirewallConfig config) {
    this.config = config;
    policies.configure(List.of(config.rules()));
    if (context != null) {
      furnish();
    }
  }

  @Deactivate
  void deactivate() {
    policies.close();
  }

  @Override
  public void attach(ServiceContext context) {
    this.context = context;
    outcomes = Outcomes.of(context);
    slot = context.slot("verdicts", Verdicts::new, Verdicts::clear);
    workers = context.slot("worker", () -> new Worker(this), Worker::clear);
    suppressed = context.counter("log-suppressed", "Packets not noted in the log: too many.");
    defences = new Defences(context);
    SecureRandom random = new SecureRandom();
    synProxy = new SynProxy(context, random.nextLong(), random.nextLong());
    defend(policies.inForce());
    furnish();
  }

  @Override
  public void detach() {
    context = null;
  }

  /** Makes what depends on the configuration, but not on the rules. */
  private void furnish() {
    FirewallConfig now = config;
    if (rejections == null || furnished.reject_rate() != now.reject_rate()) {
      rejections = new Rejections(context, now.reject_rate());
    }
    if (log == null || furnished.log_rate() != now.log_rate()) {
      log = new FirewallLog(LOG_ENTRIES, now.log_rate(), suppressed);
    }
    furnished = now;
  }

  private void archive(List<String> lines) {
    Configurations to = configurations;
    if (to == null) {
      throw new IllegalStateException(
          "The rules cannot be kept: no configuration service is here; start the bundle"
              + " org.vtl.deploy.");
    }
    to.set(PID, Map.of("rules", lines.toArray(String[]::new)));
  }

  // ---- parts, for workers and commands ---------------------------------------------------------

  /** The policy in force and on trial, its counters, and how to change it. */
  public PolicyStore policies() {
    return policies;
  }

  /** What rules logged. */
  public FirewallLog log() {
    return log;
  }

  /** Anti-spoofing and the addresses it knows; null before the engine knows the firewall. */
  public Defences defences() {
    return defences;
  }

  ServiceContext context() {
    return context;
  }

  /** The workers' clock; 0 before the engine knows the firewall. Any thread. */
  public long nanoTime() {
    ServiceContext engine = context;
    return engine == null ? 0 : engine.nanoTime();
  }

  Slot<Verdicts> slot() {
    return slot;
  }

  Outcomes outcomes() {
    return outcomes;
  }

  SynProxy synProxy() {
    return synProxy;
  }

  boolean logsDrops() {
    return config.log_drops();
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  public Verdict process(Packet packet, Connection connection) {
    Worker worker = worker(connection.link());
    Reason refused = defences.check(packet, connection);
    if (refused != null) {
      worker.refuse(packet, connection);
      return refused.drop(packet);
    }
    return defences.isSettled(packet) ? Verdict.CONTINUE : worker.judge(packet, connection);
  }

  private Worker worker(Link link) {
    Worker worker = link.untracked().get(workers);
    worker.take(link, policies.inForce(), rejections);
    return worker;
  }

  @Override
  public void connectionClosed(Connection connection) {
    if (connection.has(slot)) {
      connection.get(slot).settle();
    }
  }

  // ---- other rules -----------------------------------------------------------------------------

  /** Carries out that another policy is in force. */
  private final class Enforcer implements PolicyStore.Enforcement {
    @Override
    public void changed(PolicyInForce inForce) {
      ServiceContext engine = context;
      if (engine != null) {
        defend(inForce);
        engine.rejoinAll();
      }
    }

    @Override
    public Review review(Ruleset rules, boolean end) {
      List<Link> links = new ArrayList<>();
      ServiceContext engine = context;
      if (engine != null) {
        engine.links().forEach(links::add);
      }
      Review review = new Review(links.size());
      for (Link link : links) {
        link.execute(() -> begin(link, review, rules, end));
      }
      return review;
    }
  }

  private void defend(PolicyInForce inForce) {
    defences.configure(inForce.policy() == null ? Policy.EMPTY : inForce.policy());
  }

  private void begin(Link link, Review review, Ruleset rules, boolean end) {
    Worker worker = worker(link);
    if (worker.begin(new Walk(this, worker, review, rules, end))) {
      walkOn(link.untracked());
    }
  }

  private void walkOn(Connection untracked) {
    Worker worker = worker(untracked.link());
    while (worker.walk()) {
      // Packets come between; without a timer they must wait.
      if (context.timers().start(untracked, WALK_NANOS, 0) != Timers.NONE) {
        return;
      }
    }
  }

  @Override
  public void timerExpired(Connection connection, long token) {
    walkOn(connection);
  }

  // ---- replacement of the bundle ---------------------------------------------------------------

  @Override
  public boolean save(Connection connection, ByteBuffer to) {
    if (!connection.isTracked()) {
      to.put(HANDOVER_VERSION);
      return defences.save(connection, to);
    }
    if (!connection.has(slot) || !connection.get(slot).isAccepted()) {
      return false;
    }
    Verdicts known = connection.get(slot);
    known.settle();
    to.put(HANDOVER_VERSION).put((byte) (known.isEnded() ? 1 : 0));
    return true;
  }

  @Override
  public void restore(Connection connection, ByteBuffer from) {
    if (from.remaining() < 1 || from.get() != HANDOVER_VERSION) {
      return;
    }
    if (!connection.isTracked()) {
      defences.restore(connection, from);
    } else if (from.hasRemaining()) {
      worker(connection.link()).adopt(connection, from.get() == 1);
    }
  }
}

package org.vtl.service.tor.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.ServiceRegistration;
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
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.ConnectionListener;
import org.vtl.service.PacketService;
import org.vtl.service.Priority;
import org.vtl.service.ServiceContext;
import org.vtl.service.StateHandover;
import org.vtl.service.TimerListener;
import org.vtl.service.Timers;
import org.vtl.service.Verdict;
import org.vtl.service.VtlService;
import org.vtl.service.tor.internal.address.AddressAnswers;
import org.vtl.service.tor.internal.dns.DnsCounters;
import org.vtl.service.tor.internal.dns.DnsStreamServer;
import org.vtl.service.tor.internal.dns.NameMap;
import org.vtl.service.tor.internal.socks.Resolver;
import org.vtl.tcp.TcpRelays;

/**
 * Carries a VM's TCP through Tor, answers its DNS, and refuses the rest: nothing of it passes.
 *
 * <p>A connection that the VM opens gets a relay, whose socket speaks SOCKS to Tor; relays are the
 * bundle {@code org.vtl.tcp}'s, so they live on when this service is replaced. Names are given
 * addresses of a virtual range, by which the VM connects and Tor is asked for the name. What Tor
 * itself sends goes by sockets of the host, never by the link.
 *
 * <pre>
 * options   manage  tor.program  tor.directory  tor.user  tor.options  socks  socks.version  control
 *           control.cookie  isolation  optimistic  connect.timeout.seconds  private.destinations
 *           buffer.bytes  mac  addresses  addresses.*  ipv6  names.*  refuse  refuse.rate  echo
 * counters  streams-opened, streams-established, streams-failed, dns-*, refusals-*
 * reasons   refused-*, dns-*, stream-over, no-relay
 * shell     vtl:tor
 * example   "manage": false, "socks": "127.0.0.1:9050"; the link: "required": ["tor", "tor-guard"]
 * see also  docs/services/tor.md, {@link TorGuard}, {@link TorConfig}
 * </pre>
 */
@Component(
    name = TorService.PID,
    service = {PacketService.class, TorService.class})
@VtlService(name = TorService.NAME, priority = Priority.REDIRECT)
@Designate(ocd = TorConfig.class)
public final class TorService
    implements PacketService, ConnectionListener, TimerListener, StateHandover {
  /** The service's name in the pipeline. */
  public static final String NAME = "tor";

  /** Persistent identity of the configuration. */
  public static final String PID = "org.vtl.service.tor";

  /** The only timers' token. */
  private static final long ADVERTISE = 1;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile TcpRelays relays;

  @Reference(
      cardinality = ReferenceCardinality.OPTIONAL,
      policy = ReferencePolicy.DYNAMIC,
      policyOption = ReferencePolicyOption.GREEDY)
  volatile VtlRuntime runtime;

  private final Path data;
  private final Function<String, Object> predecessor;
  private final Isolation isolation = new Isolation();
  private final Streams streams = new Streams();
  private final Map<String, LinkGuest> guests = new ConcurrentHashMap<>();
  private volatile DnsStreamServer dnsStreams;
  private volatile Setup setup;
  private volatile TorAccess access;
  private ServiceRegistration<?> estate;
  private PrivateFolder sockets;

  // What attach makes.
  private volatile ServiceContext context;
  private Slot<Worker> workers;
  private StreamOpener opener;
  private DnsCounters dnsCounters;

  /** In a framework. */
  @Activate
  public TorService(BundleContext bundle, TorConfig config) {
    this(folder(bundle.getProperty("vtl.data")), predecessor(bundle));
    configure(config);
    Dictionary<String, Object> properties = new Hashtable<>();
    properties.put(Estate.PROPERTY, true);
    Function<String, Object> own = this::bequeath;
    estate = bundle.registerService(Function.class, own, properties);
  }

  /**
   * Outside of one; {@link #configure} is next.
   *
   * @param data VTL's folder of data
   * @param predecessor answers what {@link Estate} has questions for
   */
  TorService(Path data, Function<String, Object> predecessor) {
    this.data = data;
    this.predecessor = predecessor;
    byte[] secret = Estate.bytes(predecessor, Estate.SECRET);
    if (secret != null) {
      isolation.inherit(secret);
    }
  }

  private static Path folder(String data) {
    return Path.of(data == null ? "data" : data).toAbsolutePath().normalize();
  }

  /** The version that runs already, of another bundle. */
  private static Function<String, Object> predecessor(BundleContext bundle) {
    return question -> {
      // Looked up each time: nothing of a bundle that has gone is held.
      try {
        for (ServiceReference<?> reference :
            bundle.getServiceReferences(Function.class, "(" + Estate.PROPERTY + "=true)")) {
          if (reference.getBundle() != bundle.getBundle()
              && bundle.getService(reference) instanceof Function<?, ?> found) {
            @SuppressWarnings("unchecked") // by Estate's contract; what comes back is checked
            Function<String, Object> function = (Function<String, Object>) found;
            try {
              return function.apply(question);
            } finally {
              bundle.ungetService(reference);
            }
          }
        }
        return null;
      } catch (InvalidSyntaxException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  // ---- life ------------------------------------------------------------------------------------

  /**
   * Takes on a configuration, in place. Open streams go on unless it names another Tor.
   *
   * @throws IllegalArgumentException in one sentence naming key, value and remedy; nothing changes
   */
  @Modified
  void configure(TorConfig config) {
    Settings next = Settings.of(config, data);
    Settings old = setup == null ? null : setup.settings();
    if (old == null) {
      long heir =
          next.managed() == null ? 0 : Estate.process(predecessor, next.managed().toString());
      access = new TorAccess(next, heir);
    } else if (!next.sameTor(old)) {
      access.close(); // first: the next one may use its folder
      access = new TorAccess(next, 0);
    }
    ServiceContext attached = context;
    setup =
        attached == null
            ? new Setup(next, null)
            : new Setup(next, setup.hubs().change(attached, old, next));
  }

  @Override
  public void attach(ServiceContext context) {
    dnsCounters = new DnsCounters(context::counter);
    workers = context.slot("worker", Worker::new, worker -> {});
    opener = new StreamOpener(context, isolation, streams);
    sockets = PrivateFolder.make();
    dnsStreams = new DnsStreamServer(sockets.path());
    setup = new Setup(setup.settings(), Hubs.of(context, setup.settings()));
    this.context = context;
  }

  @Override
  public void detach() {
    context = null;
    dnsStreams.close();
    sockets.delete();
  }

  /** Ends VTL's own Tor, unless a successor has taken it over. */
  @Deactivate
  void deactivate() {
    if (estate != null) {
      estate.unregister();
    }
    access.close();
  }

  /** Answers a successor what {@link Estate} has questions for. */
  Object bequeath(String question) {
    if (question.equals(Estate.SECRET)) {
      return isolation.secret();
    }
    if (question.startsWith(Estate.PROCESS)) {
      return access.give(question.substring(Estate.PROCESS.length()));
    }
    LinkGuest guest =
        question.startsWith(Estate.NAMES)
            ? guests.get(question.substring(Estate.NAMES.length()))
            : null;
    return guest == null ? null : guest.bequest();
  }

  // ---- packets ---------------------------------------------------------------------------------

  @Override
  public Verdict process(Packet packet, Connection connection) {
    if (packet.direction() == Direction.INBOUND && opener.isStream(connection)) {
      return Verdict.CONTINUE; // made by the relay: what the network sends ends there
    }
    Worker worker = worker(connection.link());
    if (packet.direction() == Direction.INBOUND) {
      return worker.refusals.refuse(packet, connection);
    }
    if (packet.isTcp() && !packet.isFragment() && connection.isTracked()) {
      return opener.outbound(packet, connection, relays, access, worker);
    }
    if (opener.isStream(connection) && !packet.isFragment()) {
      return opener.error(packet, connection, relays);
    }
    Verdict answered = worker.answer(packet, connection);
    return answered == null ? worker.refusals.refuse(packet, connection) : answered;
  }

  private Worker worker(Link link) {
    Worker worker = link.untracked().get(workers);
    Setup now = setup;
    if (worker.setup != now) {
      worker.begin(now, link, guest(link.name(), now.settings()), dnsStreams);
      advertise(worker, link);
    }
    return worker;
  }

  private void advertise(Worker worker, Link link) {
    context.timers().cancel(worker.timer);
    worker.timer = Timers.NONE;
    if (worker.advertises() && link.worker() == 0) {
      worker.advertise(link);
      worker.timer =
          context.timers().start(link.untracked(), AddressAnswers.ADVERTISE_NANOS, ADVERTISE);
    }
  }

  @Override
  public void timerExpired(Connection connection, long token) {
    advertise(worker(connection.link()), connection.link());
  }

  private LinkGuest guest(String link, Settings settings) {
    return guests.compute(
        link,
        (name, known) ->
            known != null && known.suits(settings)
                ? known
                : new LinkGuest(name, settings, context::nanoTime, resolver(name), dnsCounters));
  }

  private Resolver resolver(String link) {
    return new Resolver(
        () -> access.isThere() ? access.socks() : null,
        () -> isolation.of(setup.settings().isolation(), link, 0, null, 0));
  }

  @Override
  public void connectionClosed(Connection connection) {
    opener.closed(connection);
  }

  // ---- replacement -----------------------------------------------------------------------------

  @Override
  public boolean save(Connection connection, ByteBuffer to) {
    LinkGuest guest = guests.get(connection.link().name());
    return guest != null && opener.save(connection, guest, to);
  }

  @Override
  public void restore(Connection connection, ByteBuffer from) {
    LinkGuest guest = guest(connection.link().name(), setup.settings());
    guest.inherit(predecessor);
    opener.restore(connection, guest, from);
  }

  // ---- for what shows it -----------------------------------------------------------------------

  TorAccess access() {
    return access;
  }

  Isolation isolation() {
    return isolation;
  }

  Streams streams() {
    return streams;
  }

  /** The names of {@code link}; null while no packet of it was seen. */
  NameMap names(String link) {
    LinkGuest guest = guests.get(link);
    return guest == null ? null : guest.names();
  }

  /** The MAC address of every next hop on {@code link}. */
  long mac(String link) {
    return setup.settings().mac(link);
  }

  /** Links of which packets were seen. */
  Set<String> links() {
    return new TreeSet<>(guests.keySet());
  }
}

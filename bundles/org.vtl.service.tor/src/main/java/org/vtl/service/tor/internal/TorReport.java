package org.vtl.service.tor.internal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.packet.Address;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;
import org.vtl.service.tor.internal.control.Bootstrap;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.service.tor.internal.control.TorControl;
import org.vtl.service.tor.internal.dns.Mapping;
import org.vtl.service.tor.internal.dns.NameMap;
import org.vtl.service.tor.internal.socks.Target;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.TcpRelays;

/** Tells how {@link TorService} and its Tor fare. Any thread but a worker's. */
@Component(service = TorView.class)
public final class TorReport implements TorView {
  private static final int ALL = 1 << 24;
  private static final List<String> REQUIRED = List.of(TorService.NAME, TorGuard.NAME);

  private final TorService service;

  /** What is told of {@code service}. */
  @Activate
  public TorReport(@Reference TorService service) {
    this.service = service;
  }

  // ---- Tor -------------------------------------------------------------------------------------

  @Override
  public TorStatus status() {
    TorAccess tor = service.access();
    TorControl control = tor.control();
    Bootstrap bootstrap = control == null ? Bootstrap.UNKNOWN : control.bootstrap();
    List<String> complaints = new ArrayList<>();
    if (!tor.complaint().isEmpty()) {
      complaints.add(tor.complaint());
    }
    if (!bootstrap.warning().isEmpty()) {
      complaints.add("Tor does not come on: " + bootstrap.warning() + ".");
    }
    if (service.relays == null) {
      complaints.add(
          "No connection of a VM is answered, since the feature tcp is not there; install it"
              + " (vtl:install tcp).");
    }
    complaints.addAll(open());
    boolean ready = tor.isThere() && service.relays != null;
    return new TorStatus(
        where(tor.socks()),
        tor.state() == null ? "" : tor.state().name().toLowerCase(Locale.ROOT),
        tor.pid(),
        control == null ? "" : control.version(),
        bootstrap.percent(),
        bootstrap.summary(),
        ready && (bootstrap.percent() < 0 ? tor.complaint().isEmpty() : bootstrap.isDone()),
        complaints);
  }

  /** An address and a port, or a path; Java writes the name that an address had, and a slash. */
  private static String where(SocketAddress socks) {
    String text = String.valueOf(socks);
    return socks instanceof InetSocketAddress ? text.substring(text.indexOf('/') + 1) : text;
  }

  /** Of each link that is served and could be open without this service, a sentence. */
  private List<String> open() {
    VtlRuntime runtime = service.runtime;
    List<String> sentences = new ArrayList<>();
    if (runtime == null) {
      return sentences;
    }
    List<String> served =
        runtime.services().stream()
            .filter(one -> one.name().equals(TorService.NAME))
            .findFirst()
            .map(ServiceInfo::links)
            .orElse(List.of());
    for (LinkInfo link : runtime.links()) {
      if ((served.isEmpty() || served.contains(link.name()))
          && !link.required().containsAll(REQUIRED)) {
        sentences.add(
            "Link "
                + link.name()
                + " would be open to its VM while tor is away, since it does not require both"
                + " services; add \"required\": [\"tor\", \"tor-guard\"] to it"
                + " (vtl:config org.vtl.link~"
                + link.name()
                + " required=tor,tor-guard).");
      }
    }
    return sentences;
  }

  @Override
  public List<Circuit> circuits() throws IOException {
    return control().circuits();
  }

  private TorControl control() throws IOException {
    TorControl control = service.access().control();
    if (control == null) {
      throw new IOException(
          "VTL does not know this Tor's control port; set \"control\", such as 127.0.0.1:9051.");
    }
    return control;
  }

  @Override
  public String newIdentity() {
    service.isolation().renew();
    try {
      control().newIdentity();
      return "New streams use new circuits: Tor has been told, and VTL's credentials are new.";
    } catch (IOException e) {
      return "New streams use new circuits, since VTL's credentials are new; Tor was not told: "
          + e.getMessage();
    }
  }

  @Override
  public List<String> log(int limit) {
    return service.access().log(limit);
  }

  // ---- streams ---------------------------------------------------------------------------------

  @Override
  public List<StreamInfo> streams(int limit) {
    TcpRelays relays = service.relays;
    if (relays == null) {
      return List.of();
    }
    Carriage carriage = Carriage.of(service.access().control());
    return relays.relays(ALL).stream()
        .filter(relay -> relay.owner().equals(TorService.NAME))
        .limit(limit)
        .map(relay -> stream(relay, carriage))
        .toList();
  }

  private StreamInfo stream(RelayInfo relay, Carriage carriage) {
    Stream known = service.streams().of(relay.connection());
    String target = known == null ? peer(relay) : known.target.toString();
    return new StreamInfo(
        relay.connection(),
        relay.link(),
        Target.of(new Address(relay.key().vmHigh(), relay.key().vmLow()), relay.key().vmPort())
            .toString(),
        target,
        state(relay).name().toLowerCase(Locale.ROOT),
        carriage.circuits(relay.link(), target),
        known == null ? null : known.opened,
        relay.network().sent(),
        relay.network().received(),
        known == null || known.failure() == null ? "" : known.failure());
  }

  /** DNS over TCP, or a stream of which nothing else is known. */
  private String peer(RelayInfo relay) {
    long high = relay.key().networkHigh();
    long low = relay.key().networkLow();
    NameMap names = service.names(relay.link());
    String name = names == null ? null : names.name(high, low);
    int port = relay.key().networkPort();
    Target target = name == null ? Target.of(new Address(high, low), port) : Target.of(name, port);
    return target.toString();
  }

  private static Stream.State state(RelayInfo relay) {
    if (relay.state() == Relay.State.OPENING) {
      return Stream.State.OPEN;
    }
    boolean both = relay.state() == Relay.State.OPEN && relay.vm().state().equals("ESTABLISHED");
    boolean answered = relay.vm().state().equals("SYN_RECEIVED");
    return both || answered ? Stream.State.ESTABLISHED : Stream.State.CLOSE;
  }

  @Override
  public List<StreamInfo> failed(int limit) {
    return service.streams().failed(limit).stream()
        .map(
            stream ->
                new StreamInfo(
                    stream.connection,
                    stream.link,
                    stream.vm,
                    stream.target.toString(),
                    Stream.State.ERROR.name().toLowerCase(Locale.ROOT),
                    "",
                    stream.opened,
                    0,
                    0,
                    stream.failure()))
        .toList();
  }

  @Override
  public List<LinkMapping> names(int limit) {
    List<LinkMapping> all = new ArrayList<>();
    for (String link : service.links()) {
      NameMap names = service.names(link);
      if (names != null) {
        for (Mapping mapping : names.entries(limit)) {
          all.add(new LinkMapping(link, mapping));
        }
      }
    }
    return all;
  }
}

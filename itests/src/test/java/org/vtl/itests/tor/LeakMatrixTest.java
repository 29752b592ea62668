package org.vtl.itests.tor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.itests.BuiltBundle;
import org.vtl.lab.internal.tor.TorNetwork;

/**
 * Not one frame of a VM on Tor leaves by its uplink: every kind of traffic, at every moment.
 *
 * <p>At each moment the guest sends all kinds again and again, from before the moment until VTL
 * works again, while real programs use Tor. Then the same frames are sent on the uplink itself, and
 * must be heard: so each cell shows that its frames would have been. A link that requires nothing
 * shows that VTL would have carried them. Among them are frames by chance, of seed {@code
 * vtl.tor.seed}; {@code -Dvtl.tor.random.seconds=3600} goes on for an hour, with moments by chance.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class LeakMatrixTest {
  private static final long SEED = Long.getLong("vtl.tor.seed", 1);
  private static final int RANDOM_SECONDS = Integer.getInteger("vtl.tor.random.seconds", 0);
  private static final int HOLD_MILLIS = 1500;
  private static final int LEAST_ROUNDS = 10;
  private static final int SETTLE_MILLIS = 200;

  private static final String REQUIRED = "\"required\": [\"tor\", \"tor-guard\"]";

  /** All moments of a VTL that has started. */
  private static final List<Moment> LATER =
      Arrays.stream(Moment.values()).filter(m -> m != Moment.BEFORE_TOR_IS_READY).toList();

  @TempDir static Path temporary;

  private final Map<Moment, Map<Traffic, Integer>> matrix = new EnumMap<>(Moment.class);
  private final Map<Moment, Long> sent = new EnumMap<>(Moment.class);
  private final List<String> faults = new ArrayList<>();
  private TorSite site;
  private Guest guest;
  private Detector detector;
  private Wire uplink;

  @BeforeAll
  static void needsRootAndTor() {
    assumeTrue(
        System.getProperty("user.name").equals("root"),
        "skipped: network namespaces and raw sockets take root here");
    assumeTrue(TorNetwork.missing().isEmpty(), TorNetwork.missing());
  }

  @Test
  void notOneFrameOfTheGuestLeavesByTheUplink() throws Exception {
    try (TorSite made = new TorSite(temporary.resolve("matrix"));
        Detector hearing = new Detector(made.net());
        Guest sending = new Guest(made.vm(), SEED);
        Wire direct = Wire.open(made.middle(), "net0")) {
      site = made;
      detector = hearing;
      guest = sending;
      uplink = direct;
      openLinkCarriesEverything();
      site.startNetwork();
      beforeTorIsReady();
      try (RealTraffic programs = new RealTraffic(site)) {
        for (Moment moment : LATER) {
          pass(moment);
        }
        passByChance();
        assertTrue(programs.transfers() > 0, "real programs used Tor meanwhile");
      }
      assertEquals(0, detector.lost(), "frames that the detector had no room for");
    }
    System.out.print(picture());
    assertEquals(List.of(), faults);
  }

  private void pass(Moment moment) throws Exception {
    moment(
        moment,
        switch (moment) {
          case TOR_KILLED -> this::killTor;
          case BUNDLE_REPLACED -> this::replace;
          case UNINSTALLED -> this::uninstall;
          case VTL_KILLED -> this::killVtl;
          case CONFIGURATION_RELOADED -> this::reload;
          case LINK_FLAPPING -> this::flap;
          default -> () -> {};
        });
  }

  /** The longer option: moments in an order by chance, for as long as was asked. */
  private void passByChance() throws Exception {
    Random random = new Random(SEED);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(RANDOM_SECONDS);
    while (System.nanoTime() < end) {
      pass(LATER.get(random.nextInt(LATER.size())));
    }
  }

  /** Without the services, VTL is a bridge: what the guest sends arrives, and is recognised. */
  private void openLinkCarriesEverything() throws Exception {
    site.configureLink("\"required\": []");
    site.startVtl("");
    site.await("The open link", 30, () -> site.shell("links", "--json"), s -> s.contains("\"UP\""));
    guest.begin(Moment.RUNNING);
    for (Traffic kind : Traffic.values()) {
      for (int i = 0; i < kind.frames().size(); i++) {
        Marker marker = new Marker(Moment.RUNNING, kind, i, false);
        assertTrue(detector.awaits(marker), "an open link carries " + marker);
      }
    }
    guest.pause();
    site.killVtl();
    site.configureLink(REQUIRED);
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    detector.forget();
  }

  private void beforeTorIsReady() throws Exception {
    moment(
        Moment.BEFORE_TOR_IS_READY,
        () -> {
          site.startVtl("tor");
          TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
          site.startClient();
        });
  }

  private void killTor() throws Exception {
    site.killClient();
    TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
    site.startClient();
  }

  private void replace() throws Exception {
    Path jar = temporary.resolve("tor.jar");
    for (int i = 1; i <= 3; i++) {
      String version = "9.0." + i;
      BuiltBundle.write(jar, TorSite.SERVICE_BUILT, version);
      site.shell("install", jar.toString(), "--yes");
      awaitService(TorSite.SERVICE + " " + version);
    }
  }

  private void uninstall() throws Exception {
    site.shell("uninstall", TorSite.SERVICE);
    site.await(
        "A closed link", 30, () -> site.shell("links", "--json"), s -> !s.contains("\"UP\""));
    TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
    site.shell("install", temporary.resolve("tor.jar").toString(), "--yes");
    awaitService(TorSite.SERVICE + " ");
  }

  private void awaitService(String bundle) throws Exception {
    site.await(bundle, 30, () -> site.shell("services", "--json"), said -> said.contains(bundle));
  }

  private void killVtl() throws Exception {
    site.killVtl();
    TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
    site.startVtl("tor");
  }

  private void reload() throws Exception {
    Map<String, String> changes =
        new TreeMap<>(
            Map.of("connection", "\"offload\": \"off\"", "destination", "\"connections\": 8192"));
    for (Map.Entry<String, String> change : changes.entrySet()) {
      site.configureTor("\"isolation\": \"" + change.getKey() + "\"");
      site.configureLink(REQUIRED + ", " + change.getValue());
      TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
    }
    site.configureTor("\"isolation\": \"vm\"");
    site.configureLink(REQUIRED);
    site.shell("config", TorSite.SERVICE, "echo=true");
    site.shell("config", TorSite.SERVICE, "echo=false");
  }

  private void flap() throws Exception {
    for (String device : List.of("vm0", "net0", "vm0", "net0")) {
      site.set(device, "down");
      TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
      site.set(device, "up");
      TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS / 2);
    }
  }

  private interface Event {
    void happen() throws Exception;
  }

  /** The guest sends from before {@code event} until the VM reaches the web again, and longer. */
  private void moment(Moment moment, Event event) throws Exception {
    long before = site.arrived("vm0");
    guest.begin(moment);
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    event.happen();
    site.awaitWeb();
    TimeUnit.MILLISECONDS.sleep(HOLD_MILLIS);
    long rounds = guest.pause();
    TimeUnit.MILLISECONDS.sleep(SETTLE_MILLIS);
    long arrived = site.arrived("vm0") - before;
    assertTrue(rounds >= LEAST_ROUNDS, moment + ": the guest sent " + rounds + " rounds");
    sent.merge(moment, rounds, Long::sum);
    long frames = rounds * Arrays.stream(Traffic.values()).mapToInt(k -> k.frames().size()).sum();
    // An interface that is down takes nothing.
    boolean whole = moment != Moment.LINK_FLAPPING;
    assertTrue(
        arrived >= (whole ? frames : rounds),
        moment + ": of " + frames + " frames " + arrived + " came to VTL's interface");
    judge(moment);
  }

  private void judge(Moment moment) throws Exception {
    Guest.send(uplink, moment, true);
    Map<Traffic, Integer> row = matrix.computeIfAbsent(moment, m -> new EnumMap<>(Traffic.class));
    for (Traffic kind : Traffic.values()) {
      for (int i = 0; i < kind.frames().size(); i++) {
        Marker control = new Marker(moment, kind, i, true);
        if (!detector.awaits(control)) {
          faults.add("the detector does not hear " + control);
        }
      }
      row.merge(kind, detector.leaks(moment, kind), Integer::sum);
    }
    if (detector.leaks() > 0) {
      faults.add(
          "%s: %d frames left by the uplink, of the kinds %s; without a marker: %s"
              .formatted(moment, detector.leaks(), row, detector.others()));
    }
    detector.forget();
  }

  private String picture() {
    StringBuilder text = new StringBuilder("Frames of the guest on its uplink:\n");
    text.append("%-24s".formatted(""));
    matrix.keySet().forEach(moment -> text.append(" %10s".formatted(moment.title())));
    text.append("%n%-24s".formatted("each sent so often"));
    matrix.keySet().forEach(moment -> text.append(" %10d".formatted(sent.get(moment))));
    int cells = 0;
    for (Traffic kind : Traffic.values()) {
      text.append("%n%-24s".formatted(kind));
      for (Map<Traffic, Integer> row : matrix.values()) {
        text.append(" %10d".formatted(row.get(kind)));
        cells++;
      }
    }
    return text.append("%n%d cells, each with its control%n".formatted(cells)).toString();
  }
}

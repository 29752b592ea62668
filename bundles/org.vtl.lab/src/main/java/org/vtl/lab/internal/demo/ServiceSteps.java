package org.vtl.lab.internal.demo;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.vtl.lab.internal.Host;
import org.vtl.lab.internal.Lab;
import org.vtl.lab.internal.command.TrafficRuns.TcpReport;
import org.vtl.lab.internal.traffic.TcpTransfer;
import org.vtl.lab.internal.traffic.UdpNumbers;
import org.vtl.runtime.ServiceInfo;
import org.vtl.runtime.VtlRuntime;

/** A service that comes, works, is replaced and goes while traffic flows. */
final class ServiceSteps {
  static final String PORTBLOCK = "org.vtl.example.portblock";
  static final String INSTALL = "vtl:install org.vtl:" + PORTBLOCK;
  static final String UNINSTALL = "vtl:uninstall " + PORTBLOCK;

  private static final String TO_BLOCKED_PORT = "vtl:lab traffic tcp --port 8080 --seconds 1";
  private static final int REPLACEMENTS = 20;
  private static final int DATAGRAMS_PER_SECOND = 20_000;

  /** Megabits per second of each transfer: enough to be in full swing at every replacement. */
  private static final long TRANSFER_BYTES_PER_SECOND = 10_000_000;

  private final Lab lab;
  private final VtlRuntime runtime;
  private final BundleContext context;

  ServiceSteps(Lab lab, VtlRuntime runtime, BundleContext context) {
    this.lab = lab;
    this.runtime = runtime;
    this.context = context;
  }

  List<Step> steps() {
    return List.of(
        new Step("A service is installed while traffic flows, and does its work.", this::install),
        new Step("A capture says of each packet what became of it.", CaptureStep::run),
        new Step(
            "A service is replaced %d times under load: nothing is lost.".formatted(REPLACEMENTS),
            this::replace),
        new Step("A service goes, and what it did ends.", this::remove));
  }

  private void install(Narrator narrator) throws Exception {
    narrator.type("vtl:config " + PORTBLOCK + " ports=8080");
    narrator.type(INSTALL);
    narrator.await(10, this::isBlocking, "service portblock is not active");
    try (Narrator tracer = narrator.beside()) {
      CompletableFuture<String> trace =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return tracer.run("vtl:trace -n 1 --timeout 8 dropped and port 8080");
                } catch (InterruptedException e) {
                  return "";
                }
              },
              task -> Thread.ofPlatform().daemon().name("vtl-demo-trace").start(task));
      narrator.typeInVain(TO_BLOCKED_PORT);
      narrator.say("> vtl:trace -n 1 dropped and port 8080   (beside it)");
      narrator.show(trace.join());
      narrator.expect(trace.join().contains("blocked-port"), "the trace does not say the reason");
    }
    String drops = narrator.type("vtl:stats --drops");
    narrator.expect(drops.contains("blocked-port"), "the drops are not counted with their reason");
    narrator.say("Others are unharmed:");
    expectIntact(narrator, "vtl:lab traffic tcp --port 8081 --seconds 1");
  }

  private void replace(Narrator narrator) throws Exception {
    Host vm = lab.host("vm");
    Host net = lab.host("net");
    InetSocketAddress inNet = new InetSocketAddress(net.plan().ipv4(), 0);
    InetSocketAddress inVm = new InetSocketAddress(vm.plan().ipv6(), 0);
    List<TcpTransfer> transfers = new ArrayList<>();
    try (NextVersions next = NextVersions.of(PORTBLOCK, system(), REPLACEMENTS);
        UdpNumbers numbers =
            UdpNumbers.start(vm, net, inNet, DATAGRAMS_PER_SECOND, Long.BYTES * 8)) {
      for (int i = 0; i < 2; i++) {
        transfers.add(TcpTransfer.start(vm, net, inNet, TRANSFER_BYTES_PER_SECOND));
        transfers.add(TcpTransfer.start(net, vm, inVm, TRANSFER_BYTES_PER_SECOND));
      }
      narrator.say(
          "Under way: %,d datagrams per second, %d TCP transfers, IPv4 out and IPv6 in.",
          DATAGRAMS_PER_SECOND, transfers.size());
      replace(narrator, next.jars());
      judge(narrator, numbers.finish(), transfers.stream().map(TcpTransfer::finish).toList());
    } finally {
      transfers.forEach(TcpTransfer::close);
    }
  }

  /** Each replacement has to be in charge, by its version, before the next. */
  private void replace(Narrator narrator, List<Path> jars) throws InterruptedException {
    long start = System.nanoTime();
    int done = 0;
    for (Path jar : jars) {
      String command = "vtl:update " + PORTBLOCK + " " + jar;
      String said = done == 0 ? narrator.type(command) : narrator.run(command);
      Optional<String> version = version();
      if (!jar.endsWith(PORTBLOCK + "-" + version.orElse("") + ".jar") || !isBlocking()) {
        narrator.expect(false, "%s is not in charge: %s".formatted(jar.getFileName(), said));
        break;
      }
      done++;
    }
    narrator.say(
        "... %d times in %.1f s; version %s is in charge.",
        done, (System.nanoTime() - start) / 1e9, version().orElse("none"));
    narrator.expect(done == REPLACEMENTS, "only %d replacements were made".formatted(done));
  }

  private Optional<String> version() {
    return Stream.of(context.getBundles())
        .filter(bundle -> PORTBLOCK.equals(bundle.getSymbolicName()))
        .filter(bundle -> bundle.getState() == Bundle.ACTIVE)
        .map(bundle -> bundle.getVersion().toString())
        .findFirst();
  }

  private Path system() {
    return Path.of(context.getProperty("vtl.home"), "system");
  }

  private static void judge(
      Narrator narrator, UdpNumbers.Result numbers, List<TcpTransfer.Result> transfers) {
    long broken = transfers.stream().filter(transfer -> !transfer.intact()).count();
    narrator.say(
        "Datagrams: sent %,d (%,.0f per second), lost %d, repeated %d, damaged %d; longest on the"
            + " way %.1f ms.",
        numbers.sent(),
        numbers.rate(),
        numbers.lost(),
        numbers.duplicated(),
        numbers.corrupted(),
        numbers.latency().maximum() / 1000);
    narrator.say(
        "Transfers: %,d bytes, reset or damaged %d of %d.",
        transfers.stream().mapToLong(TcpTransfer.Result::bytes).sum(), broken, transfers.size());
    narrator.expect(numbers.isWhole(), "datagrams were lost, repeated or damaged: " + numbers);
    narrator.expect(broken == 0, "a transfer was reset or damaged: " + transfers);
  }

  private void remove(Narrator narrator) throws Exception {
    narrator.type(UNINSTALL);
    narrator.await(10, () -> !isBlocking(), "service portblock is still there");
    expectIntact(narrator, TO_BLOCKED_PORT);
  }

  private static void expectIntact(Narrator narrator, String command) throws Exception {
    narrator.type(command);
    TcpReport report = narrator.report(TcpReport.class);
    narrator.expect(report.intact() == report.connections(), "the transfer was not intact");
  }

  private boolean isBlocking() {
    return isActive(runtime, "portblock");
  }

  static boolean isActive(VtlRuntime runtime, String service) {
    return runtime.services().stream()
        .filter(info -> info.name().equals(service))
        .map(ServiceInfo::state)
        .anyMatch("ACTIVE"::equals);
  }
}

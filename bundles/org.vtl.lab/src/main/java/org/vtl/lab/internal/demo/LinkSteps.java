package org.vtl.lab.internal.demo;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.vtl.lab.internal.Host;
import org.vtl.lab.internal.Lab;
import org.vtl.lab.internal.command.TrafficRuns.PingReport;
import org.vtl.lab.internal.traffic.TcpTransfer;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;
import org.vtl.runtime.VtlRuntime;

/** What a link does when the line is bad, a cable is out, or a service that it requires is away. */
final class LinkSteps {
  private static final double DELAY_MICROS = 100_000;

  private final Lab lab;
  private final VtlRuntime runtime;

  LinkSteps(Lab lab, VtlRuntime runtime) {
    this.lab = lab;
    this.runtime = runtime;
  }

  List<Step> steps() {
    return List.of(
        new Step("A line can be made slow, and well again.", this::impair),
        new Step("A cable is pulled and plugged in: the port comes back.", this::cable),
        new Step("While a required service is away, nothing passes.", this::require));
  }

  private void impair(Narrator narrator) throws Exception {
    narrator.type("vtl:config org.vtl.service.impair outbound.delay.ms=100", "outbound.delay.ms");
    narrator.expect(
        ping(narrator, 5).latency().median() >= DELAY_MICROS, "the delay is not to be seen");
    narrator.type("vtl:config org.vtl.service.impair outbound.delay.ms=", "outbound.delay.ms");
    narrator.expect(ping(narrator, 5).latency().median() < DELAY_MICROS, "the delay has not gone");
  }

  private void cable(Narrator narrator) throws Exception {
    Host vm = lab.host("vm");
    Host net = lab.host("net");
    try (TcpTransfer transfer =
        TcpTransfer.start(vm, net, new InetSocketAddress(net.plan().ipv4(), 0), 1_000_000)) {
      narrator.say("A transfer is under way.");
      narrator.type("vtl:lab cable vm pull");
      narrator.await(5, () -> state("packet:vm0").equals("WAITING"), "the port is not WAITING");
      narrator.type("vtl:ports");
      narrator.expect(
          port("packet:vm0").map(PortInfo::reason).filter(r -> !r.isEmpty()).isPresent(),
          "the port does not say why it waits");
      narrator.type("vtl:lab cable vm plug");
      narrator.await(10, () -> state("packet:vm0").equals("OPEN"), "the port does not open again");
      narrator.expect(ping(narrator, 3).answered() > 0, "nothing passes after the cable is in");
      TcpTransfer.Result result = transfer.finish();
      narrator.say(
          "The transfer: %,d bytes, %s.",
          result.bytes(), result.intact() ? "intact" : result.failure());
      narrator.expect(result.intact(), "the transfer did not survive: " + result.failure());
    }
  }

  private void require(Narrator narrator) throws Exception {
    narrator.type("vtl:config org.vtl.link~lab required=portblock absence=drop", "required ");
    narrator.await(5, () -> linkState().equals("CLOSED"), "the link is not CLOSED");
    narrator.type("vtl:links");
    narrator.typeInVain("vtl:lab ping --count 2");
    narrator.expect(
        narrator.report(PingReport.class).answered() == 0, "something passed the closed link");
    narrator.type(ServiceSteps.INSTALL);
    narrator.await(10, () -> linkState().equals("UP"), "the link is not UP again");
    narrator.expect(ping(narrator, 3).answered() == 3, "not all passes now");
    narrator.run("vtl:config org.vtl.link~lab required= absence=");
    narrator.run(ServiceSteps.UNINSTALL);
  }

  private static PingReport ping(Narrator narrator, int count) throws Exception {
    narrator.type("vtl:lab ping --count " + count);
    return narrator.report(PingReport.class);
  }

  private Optional<PortInfo> port(String address) {
    return runtime.ports().stream().filter(port -> port.address().equals(address)).findFirst();
  }

  private String state(String address) {
    return port(address).map(PortInfo::state).orElse("");
  }

  private String linkState() {
    return runtime.links().stream().map(LinkInfo::state).findFirst().orElse("");
  }
}

package org.vtl.lab.internal.demo;

import java.util.List;
import org.vtl.lab.internal.command.TrafficRuns.PingReport;
import org.vtl.lab.internal.command.TrafficRuns.TcpReport;
import org.vtl.lab.internal.command.TrafficRuns.UdpReport;

/** What passes VTL when it has nothing to do, and how VTL explains it. */
final class TrafficSteps {
  private TrafficSteps() {}

  static List<Step> steps() {
    return List.of(
        new Step("Two hosts reach each other through VTL, IPv4 and IPv6.", TrafficSteps::reach),
        new Step("Traffic passes whole, and fast.", TrafficSteps::figures),
        new Step("VTL knows each connection, and says who sees it.", TrafficSteps::explain));
  }

  private static void reach(Narrator narrator) throws Exception {
    for (String family : List.of("", " --ipv6")) {
      narrator.type("vtl:lab ping" + family);
      PingReport report = narrator.report(PingReport.class);
      narrator.expect(
          report.answered() == report.sent(),
          (report.sent() - report.answered()) + " of the requests were not answered");
    }
    String neighbours = narrator.type("vtl:lab exec vm ip neighbour");
    for (String address : List.of("10.10.0.2", "fd10::2")) {
      narrator.expect(
          neighbours
              .lines()
              .anyMatch(l -> l.startsWith(address + " ") && l.contains("02:00:00:00:00:02")),
          "vm has not learned the Ethernet address of " + address);
    }
  }

  private static void figures(Narrator narrator) throws Exception {
    for (String family : List.of("", " --ipv6")) {
      narrator.type("vtl:lab traffic tcp --seconds 1" + family);
      TcpReport tcp = narrator.report(TcpReport.class);
      narrator.expect(tcp.intact() == tcp.connections(), "a transfer was not intact");
      narrator.type("vtl:lab traffic udp --rate 20000 --seconds 1" + family);
      UdpReport udp = narrator.report(UdpReport.class);
      // Their order is not the kernel's promise: a sender that changes CPUs overtakes itself.
      narrator.expect(udp.numbers().isWhole(), "datagrams were lost, repeated or damaged");
    }
  }

  private static void explain(Narrator narrator) throws Exception {
    String connections = narrator.type("vtl:connections host 10.10.0.2 --limit 5");
    narrator.expect(
        connections.contains("10.10.0.2"), "the connections of the last step are not listed");
    narrator.type("vtl:explain tcp 10.10.0.1 to 10.10.0.2:8080");
  }
}

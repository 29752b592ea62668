package org.vtl.lab.internal.command;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Function;
import org.apache.felix.service.command.Process;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vtl.lab.internal.Host;
import org.vtl.lab.internal.Lab;
import org.vtl.lab.internal.TorLab;
import org.vtl.lab.internal.tor.WebServer;
import org.vtl.runtime.CommandWords;
import org.vtl.text.Json;

/**
 * {@code vtl:lab}: what the lab has, and what can be done in it.
 *
 * <p>Ends with status 0, 1 if it fails, 2 if its words are wrong, 130 if it is interrupted, or the
 * status of the program it ran. Session variable {@code lab} holds what it reported.
 */
@Component(
    service = {Function.class, CommandWords.class},
    property = {
      "osgi.command.scope=vtl",
      "osgi.command.function=lab",
      "service.description=make traffic between the lab's hosts, run programs in them"
    })
public final class LabCommand implements Function, CommandWords {
  private static final int FAILED = 1;
  private static final int MISUSED = 2;
  private static final int INTERRUPTED = 130;

  private static final String HELP =
      """
      usage: vtl:lab [WORD...] [--json]

      The lab: two hosts on this machine, vm and net, that reach each other only through VTL.

        vtl:lab                        hosts, addresses, and what to try
        vtl:lab ping                   ICMP echo
        vtl:lab traffic tcp            transfers checked to the last byte, and answers timed
        vtl:lab traffic udp            numbered datagrams, each accounted for
        vtl:lab exec HOST PROGRAM...   runs a program in a host; Ctrl-C kills it
        vtl:lab tor                    the Tor network of "vtl lab --tor", and what its web has seen
        vtl:lab cable HOST pull|plug   takes the host's interface away, or brings it back

        --from HOST        who opens (vm)
        --ipv6             over IPv6
        --port N           the port that is listened at (any free)
        --seconds N        how long (3)
        --rate N           tcp: Mbit/s (as fast as it goes); udp: datagrams per second (10000)
        --size N           udp: payload bytes of each datagram (64)
        --connections N    tcp: how many at once (1)
        --count N          ping: how many (10)
        --json             the result as JSON
      """;

  private final Lab lab;

  @Activate
  public LabCommand(@Reference Lab lab) {
    this.lab = lab;
  }

  @Override
  public Object execute(CommandSession session, List<Object> words) {
    Process process = Process.Utils.current();
    PrintStream out = process == null ? session.getConsole() : process.out();
    PrintStream err = process == null ? session.getConsole() : process.err();
    int status;
    try {
      status = run(new Words(words.stream().map(String::valueOf).toList()), session, out, err);
    } catch (Words.Misuse e) {
      err.println(e.getMessage());
      status = MISUSED;
    } catch (IOException | IllegalArgumentException e) {
      err.println(e.getMessage());
      status = FAILED;
    } catch (InterruptedException e) {
      status = INTERRUPTED;
    }
    if (status != 0 && process != null) {
      process.error(status);
    }
    return null;
  }

  @Override
  public List<String> words(String command, List<String> before) {
    return LabWords.after(before, lab.hosts().stream().map(host -> host.plan().name()).toList());
  }

  private int run(Words words, CommandSession session, PrintStream out, PrintStream err)
      throws IOException, InterruptedException {
    if (words.has("--help")) {
      out.print(HELP);
      return 0;
    }
    return switch (words.operand(0)) {
      case "" -> status(words, session, out);
      case "ping" -> {
        TrafficRuns.PingReport report = new TrafficRuns(lab, words).ping();
        tell(words, session, out, report, report.text());
        yield report.answered() > 0 ? 0 : FAILED;
      }
      case "traffic" -> traffic(words, session, out);
      case "exec" -> {
        if (words.operand(2).isEmpty()) {
          throw new Words.Misuse("exec needs a host and a program");
        }
        yield ProgramRun.run(lab.host(words.operand(1)), words.operandsFrom(2), out, err);
      }
      case "tor" -> {
        TorLab.Report report = lab.tor().report();
        tell(words, session, out, report, text(report));
        yield report.ready() ? 0 : FAILED;
      }
      case "cable" -> cable(words, session, out);
      default -> throw new Words.Misuse("vtl:lab has no word \"" + words.operand(0) + "\"");
    };
  }

  private int traffic(Words words, CommandSession session, PrintStream out)
      throws IOException, InterruptedException {
    TrafficRuns runs = new TrafficRuns(lab, words);
    return switch (words.operand(1)) {
      case "tcp" -> {
        TrafficRuns.TcpReport report = runs.tcp();
        tell(words, session, out, report, report.text());
        yield report.intact() == report.connections() ? 0 : FAILED;
      }
      case "udp" -> {
        TrafficRuns.UdpReport report = runs.udp();
        tell(words, session, out, report, report.text());
        yield report.numbers().received() > 0 ? 0 : FAILED;
      }
      default -> throw new Words.Misuse("traffic is tcp or udp, not \"" + words.operand(1) + "\"");
    };
  }

  private static String text(TorLab.Report report) {
    StringBuilder text = new StringBuilder(report.state()).append('\n');
    if (!report.visits().isEmpty()) {
      text.append("\nThe web server has seen, the last at the end:\n");
    }
    for (WebServer.Visit visit : report.visits()) {
      text.append("  %-16s %s%s%n".formatted(visit.client(), visit.host(), visit.path()));
    }
    return text.toString();
  }

  private int cable(Words words, CommandSession session, PrintStream out) throws IOException {
    Host host = lab.host(words.operand(1));
    switch (words.operand(2)) {
      case "pull" -> host.pull();
      case "plug" -> host.plug();
      default ->
          throw new Words.Misuse("A cable is to pull or to plug, not \"" + words.operand(2) + "\"");
    }
    return status(words, session, out);
  }

  private int status(Words words, CommandSession session, PrintStream out) throws IOException {
    if (!lab.fault().isEmpty()) {
      throw new IOException(lab.fault());
    }
    List<HostReport> hosts = new ArrayList<>();
    for (Host host : lab.hosts()) {
      hosts.add(HostReport.of(host));
    }
    StringBuilder text = new StringBuilder();
    for (HostReport host : hosts) {
      text.append(host.text()).append('\n');
    }
    if (words.operand(0).isEmpty()) {
      text.append(lab.picture());
    }
    tell(words, session, out, hosts, text.toString());
    return 0;
  }

  private static void tell(
      Words words, CommandSession session, PrintStream out, Object report, String text) {
    session.put("lab", report);
    out.print(words.has("--json") ? Json.of(report) + "\n" : text);
    out.flush();
  }

  /** A host as it is now. */
  record HostReport(
      String name, String mac, String ipv4, String ipv6, String port, boolean plugged) {
    static HostReport of(Host host) throws IOException {
      return new HostReport(
          host.plan().name(),
          host.plan().mac(),
          host.plan().ipv4(),
          host.plan().ipv6(),
          host.plan().port(),
          host.isPlugged());
    }

    String text() {
      return "%-4s %s  %s  %s  cable %s"
          .formatted(name, ipv4, ipv6, mac, plugged ? "in, to VTL's port " + port : "pulled");
    }
  }
}

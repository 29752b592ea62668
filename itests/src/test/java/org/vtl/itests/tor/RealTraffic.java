package org.vtl.itests.tor;

import java.io.IOException;
import java.util.List;
import org.vtl.lab.internal.tor.TorPlan;

/** Programs in the VM that use the network all the time, whatever happens. */
final class RealTraffic implements AutoCloseable {
  private static final String TRANSFERS =
      "while :; do curl -s -m 20 --limit-rate 1M -o /dev/null http://%s/bytes/2000000; sleep 0.1;"
          + " done";
  private static final String PROBES =
      "ping -q -i 0.2 10.10.0.2 & ping -q -i 0.2 fd10::2 & while :; do"
          + " timeout 1 bash -c 'echo > /dev/udp/10.10.0.2/9; echo > /dev/tcp/10.10.0.2/80';"
          + " sleep 0.2; done";

  private final TorSite site;
  private final int before;
  private final List<Process> programs;

  RealTraffic(TorSite site) throws IOException {
    this.site = site;
    before = site.network().web().visits().size();
    programs =
        List.of(
            site.start("bash", "-c", "(" + TRANSFERS.formatted(TorPlan.WEB_NAME) + ") 2>&1"),
            site.start("bash", "-c", "(" + PROBES + ") >/dev/null 2>&1"));
  }

  /** Requests that the web server has had since. */
  int transfers() {
    return site.network().web().visits().size() - before;
  }

  @Override
  public void close() {
    programs.forEach(Process::destroyForcibly);
  }
}

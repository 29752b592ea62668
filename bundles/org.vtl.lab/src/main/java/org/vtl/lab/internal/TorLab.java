package org.vtl.lab.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.vtl.lab.internal.tor.TorNetwork;
import org.vtl.lab.internal.tor.TorNode;
import org.vtl.lab.internal.tor.TorPlan;
import org.vtl.lab.internal.tor.WebServer;

/**
 * The lab's Tor network, and the client that VTL uses, which is in VTL's own network. Says on the
 * console how far it is. All methods from any thread.
 */
public final class TorLab implements AutoCloseable {
  private static final int READY_SECONDS = 60;
  private static final int SHOWN_VISITS = 10;
  private static final Pattern PERCENT = Pattern.compile("(\\d+) %$");

  private final Path folder;
  private final CountDownLatch ended = new CountDownLatch(1);
  private TorNetwork network;
  private String state = "Tor is not started.";
  private boolean ready;
  private int told = -1;

  TorLab(Path folder) {
    this.folder = folder;
  }

  static boolean isWanted() {
    return !System.getProperty("vtl.lab.tor", "").isEmpty();
  }

  /** The VM's programs ask an address that nobody has: VTL answers in its place. */
  HostNames names() throws IOException {
    return HostNames.from(folder.resolve("names"), HostPlan.GATEWAY);
  }

  void start() {
    Thread.ofPlatform().daemon().name("vtl-lab-tor").start(this::run);
  }

  private void run() {
    try {
      TorNetwork made = TorNetwork.start(folder, Place.HERE, this::say);
      synchronized (this) {
        network = made;
      }
      try (TorNode client = made.startClient("client", this::percent)) {
        client.awaitReady(READY_SECONDS);
        made.awaitUsable(READY_SECONDS);
        made.awaitOnion(READY_SECONDS);
        become(true, text());
        // The kernel kills what this thread has started when it ends.
        ended.await();
      }
    } catch (IOException e) {
      become(false, "There is no Tor in the lab: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void percent(int percent) {
    say("a client for VTL: " + percent + " %");
  }

  /** Steps, and every quarter of the way that nodes tell in percent. */
  private synchronized void say(String step) {
    state = "Tor starts: " + step + ".";
    Matcher percent = PERCENT.matcher(step);
    int quarter = percent.find() ? Integer.parseInt(percent.group(1)) / 25 : -1;
    if (quarter < 0 || quarter != told) {
      System.out.println(state);
      System.out.flush();
    }
    told = quarter;
  }

  private synchronized void become(boolean nowReady, String sentence) {
    if (ended.getCount() > 0) {
      ready = nowReady;
      state = sentence;
      System.out.println(sentence);
      System.out.flush();
    }
  }

  private synchronized String text() {
    return """
    Tor is ready: %d authorities, %d exits, a web server beyond them. The VM reaches it by Tor alone. Try:

      vtl:lab exec vm curl -s http://%s/
      vtl:lab exec vm curl -s http://%s/
      vtl:tor                            streams, circuits, the client's state
      vtl:lab tor                        what the web server has seen
      vtl:lab exec net tcpdump -c 1 -n   the VM's own network sees nothing of it
    """
        .formatted(TorPlan.AUTHORITIES, TorPlan.EXITS, TorPlan.WEB_NAME, network.onionName());
  }

  /**
   * The network as it is now, for programs.
   *
   * @param ready whether the VM can use it
   * @param state in words
   * @param onion the onion service's name; empty until it is known
   * @param visits the last requests that the web server answered
   */
  public record Report(boolean ready, String state, String onion, List<WebServer.Visit> visits) {}

  /** How it is now. */
  public synchronized Report report() {
    List<WebServer.Visit> visits = network == null ? List.of() : network.web().visits();
    return new Report(
        ready,
        state.strip(),
        network == null ? "" : network.onionName(),
        visits.subList(Math.max(0, visits.size() - SHOWN_VISITS), visits.size()));
  }

  /** Ends it with all its programs. */
  @Override
  public synchronized void close() {
    ended.countDown();
    if (network != null) {
      network.close();
    }
  }
}

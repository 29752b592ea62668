package org.vtl.service.tor.internal.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a connection to the control port of one Tor, whenever that is there, and knows through it
 * how Tor fares. Connects again after a loss, at first at once, then every second. Any thread;
 * nothing but what asks Tor waits.
 */
public final class TorControl implements AutoCloseable {
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final long FIRST_PAUSE_MILLIS = 100;

  /** Tor's streams at once are fewer; this is against one that forgets to say that they end. */
  private static final int MOST_TARGETS = 1 << 16;

  private final SocketAddress address;
  private final Path cookieFile;
  private final Thread keeper;

  /**
   * What each stream is for: once it is connected, Tor itself tells only the address that its exit
   * found for the name.
   */
  private final Map<String, String> targets = new ConcurrentHashMap<>();

  private volatile ControlConnection connection;
  private volatile Bootstrap bootstrap = Bootstrap.UNKNOWN;
  private volatile String version = "";
  private volatile String complaint = "VTL has not yet reached Tor's control port.";
  private volatile boolean owner;
  private volatile boolean closed;

  /**
   * One for the Tor whose control port is at {@code address}; begins at once.
   *
   * @param cookieFile where the cookie is; null for where Tor says
   * @param owner whether Tor is to end when this connection does
   */
  public TorControl(SocketAddress address, Path cookieFile, boolean owner) {
    this.address = address;
    this.cookieFile = cookieFile;
    this.owner = owner;
    keeper = Thread.ofVirtual().name("vtl-tor-control-keeper").start(this::keep);
  }

  private void keep() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (!closed) {
        CountDownLatch lost = new CountDownLatch(1);
        if (connect(lost)) {
          pause = FIRST_PAUSE_MILLIS;
          lost.await();
          connection = null;
          targets.clear();
          bootstrap = Bootstrap.UNKNOWN;
          complaint = "The connection to Tor's control port was lost.";
        }
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private boolean connect(CountDownLatch lost) {
    ControlConnection fresh = null;
    try {
      fresh = new ControlConnection(address, this::event, lost::countDown);
      version = Authentication.with(fresh, cookieFile);
      if (owner) {
        fresh.ask("TAKEOWNERSHIP");
      }
      fresh.ask("SETEVENTS STATUS_CLIENT STREAM");
      ControlMessage phase = fresh.ask("GETINFO status/bootstrap-phase");
      String value = phase.value("status/bootstrap-phase");
      Bootstrap read = value == null ? null : Bootstrap.read(value);
      bootstrap = read == null ? Bootstrap.UNKNOWN : read;
      complaint = "";
      connection = fresh;
      if (closed) {
        fresh.close();
      }
      return true;
    } catch (IOException | RuntimeException e) {
      complaint =
          e instanceof ConnectException || e.getMessage() == null
              ? "Nothing answers at Tor's control port "
                  + address
                  + "; check that Tor runs and that \"control\" names its ControlPort."
              : e.getMessage();
      if (fresh != null) {
        fresh.close();
      }
      return false;
    }
  }

  private void event(ControlMessage message) {
    String line = message.lines().getFirst();
    TorStream stream = TorStream.event(line);
    if (stream != null) {
      note(stream);
      return;
    }
    Bootstrap read = Bootstrap.read(line);
    if (read != null) {
      bootstrap = read;
    }
  }

  private void note(TorStream stream) {
    if (stream.isOver()) {
      targets.remove(stream.id());
    } else if (stream.isNew() && targets.size() < MOST_TARGETS) {
      targets.put(stream.id(), stream.target());
    }
  }

  /** How far Tor has come; {@link Bootstrap#UNKNOWN} while it cannot be asked. */
  public Bootstrap bootstrap() {
    return bootstrap;
  }

  /** Tor's version; empty while it is not known. */
  public String version() {
    return version;
  }

  /** Why Tor cannot be asked, in one sentence; empty if it can. */
  public String complaint() {
    return complaint;
  }

  // ---- what asks Tor ---------------------------------------------------------------------------

  /**
   * Has Tor use new circuits for new streams.
   *
   * @throws IOException in one sentence, if it cannot be asked
   */
  public void newIdentity() throws IOException {
    ControlMessage reply = ask("SIGNAL NEWNYM");
    if (!reply.isOk()) {
      throw new IOException("Tor refuses a new identity: " + reply.lines().getFirst());
    }
  }

  /** Tor's circuits. */
  public List<Circuit> circuits() throws IOException {
    String value = ask("GETINFO circuit-status").value("circuit-status");
    return value == null ? List.of() : Circuit.read(value);
  }

  /** Tor's streams, with the targets that it was asked for. */
  public List<TorStream> streams() throws IOException {
    String value = ask("GETINFO stream-status").value("stream-status");
    return value == null
        ? List.of()
        : TorStream.read(value).stream()
            .map(one -> one.withTarget(targets.getOrDefault(one.id(), one.target())))
            .toList();
  }

  /** Gives up that Tor ends with this connection: somebody else has taken it over. */
  public void dropOwnership() throws IOException {
    owner = false;
    ask("DROPOWNERSHIP");
  }

  private ControlMessage ask(String command) throws IOException {
    ControlConnection now = connection;
    if (now == null) {
      throw new IOException(complaint);
    }
    return now.ask(command);
  }

  @Override
  public void close() {
    closed = true;
    ControlConnection now = connection;
    if (now != null) {
      now.close();
    }
    keeper.interrupt();
  }
}

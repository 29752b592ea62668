package org.vtl.service.tor.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.vtl.service.tor.internal.control.TorControl;

/**
 * A Tor of VTL's own: started, watched, started again when it ends, and ended with VTL. Tor itself
 * sees to the last part: it ends when the control connection that owns it does, however VTL ended.
 * A successor of this bundle takes the running process over, so that streams live on.
 */
public final class TorProcess implements AutoCloseable {
  /** Where it is in its life. */
  public enum State {
    /** The program is not there. */
    MISSING,
    /** It was just started, or waits to be started again. */
    STARTING,
    /** It runs. */
    RUNNING,
    /** It ended, and will be started again. */
    ENDED,
    /** VTL ended it. */
    CLOSED
  }

  private static final System.Logger LOG = System.getLogger(TorProcess.class.getName());
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  /** Who ran so long does not fail at its start. */
  private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(60);

  private static final long PATIENCE_SECONDS = 3;
  private static final long HEIR_SECONDS = 5;

  private final TorPlan plan;
  private final TorLog log = new TorLog();
  private final TorControl control;
  private final Thread keeper;
  private volatile State state = State.STARTING;
  private volatile String complaint = "";
  private volatile ProcessHandle process;
  private volatile boolean closed;
  private volatile boolean given;

  /**
   * Runs Tor as {@code plan} says; returns at once.
   *
   * @param heir the process that a predecessor gave up for this one; 0 for none
   */
  public TorProcess(TorPlan plan, long heir) {
    this.plan = plan;
    control = new TorControl(UnixDomainSocketAddress.of(plan.control()), plan.cookie(), true);
    keeper = Thread.ofPlatform().daemon().name("vtl-tor-process").start(() -> keep(heir));
  }

  private void keep(long heir) {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      ProcessHandle inherited = heir == 0 ? null : ProcessHandle.of(heir).orElse(null);
      if (inherited != null) {
        process = inherited;
        state = State.RUNNING;
        inherited.onExit().join();
      }
      while (!closed) {
        long began = System.nanoTime();
        run();
        if (closed) {
          break;
        }
        if (given) {
          awaitHeir();
          continue;
        }
        pause =
            System.nanoTime() - began > STEADY_NANOS
                ? FIRST_PAUSE_MILLIS
                : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        TimeUnit.MILLISECONDS.sleep(pause);
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** Whoever took the process over may have failed, and this one is to go on after all. */
  private void awaitHeir() throws InterruptedException {
    TimeUnit.SECONDS.sleep(HEIR_SECONDS);
    given = false;
  }

  /** Starts Tor and waits until it has ended. */
  private void run() throws InterruptedException {
    Path program = program();
    if (program == null) {
      fail(
          State.MISSING,
          "The program \""
              + plan.program()
              + "\" is not installed; install it (Debian: apt install tor), VTL then starts it by"
              + " itself.");
      return;
    }
    Process started;
    try {
      String user = TorFolder.user(plan.user());
      TorFolder.make(plan.directory(), user);
      Path torrc = plan.directory().resolve("torrc");
      Files.writeString(torrc, plan.torrc(ProcessHandle.current().pid(), user));
      Path none = plan.directory().resolve("defaults");
      Files.writeString(none, "");
      Files.deleteIfExists(plan.cookie()); // the last run's is no use to this one
      log.begin();
      state = State.STARTING;
      started =
          new ProcessBuilder(
                  program.toString(), "-f", torrc.toString(), "--defaults-torrc", none.toString())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .directory(plan.directory().toFile())
              .start();
    } catch (IOException | RuntimeException e) {
      fail(State.ENDED, sentence(e));
      return;
    }
    process = started.toHandle();
    if (closed) {
      end();
    }
    state = State.RUNNING;
    complaint = "";
    listen(started);
    int status = started.waitFor();
    process = null;
    if (!closed) {
      String why = log.complaint();
      fail(
          State.ENDED,
          why.isEmpty()
              ? "Tor ended with status " + status + " and does not say why; VTL starts it again."
              : "Tor ended with status "
                  + status
                  + ", saying \""
                  + why
                  + "\"; VTL starts it again.");
    }
  }

  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    return message.endsWith(".")
        ? message
        : "Tor could not be started (" + e + "); VTL tries again.";
  }

  private void fail(State how, String sentence) {
    if (!sentence.equals(complaint)) {
      LOG.log(Level.WARNING, sentence);
    }
    complaint = sentence;
    state = how;
  }

  /** Reads what Tor says until it ends. */
  private void listen(Process from) {
    try (BufferedReader lines = from.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
      }
    } catch (IOException | UncheckedIOException e) {
      // it says no more
    }
  }

  private Path program() {
    if (plan.program().indexOf('/') >= 0) {
      Path path = Path.of(plan.program());
      return Files.isExecutable(path) ? path : null;
    }
    String paths = System.getenv("PATH") + ":/usr/local/sbin:/usr/sbin:/usr/bin";
    for (String folder : paths.split(":")) {
      Path path = Path.of(folder, plan.program());
      if (Files.isExecutable(path) && Files.isRegularFile(path)) {
        return path;
      }
    }
    return null;
  }

  // ---- what can be seen ------------------------------------------------------------------------

  public TorPlan plan() {
    return plan;
  }

  public State state() {
    return state;
  }

  /** What is wrong, in one sentence with the remedy; empty if nothing is. */
  public String complaint() {
    return complaint;
  }

  /** The connection to its control port. */
  public TorControl control() {
    return control;
  }

  /** Its number; 0 while it does not run. */
  public long pid() {
    ProcessHandle now = process;
    return now == null ? 0 : now.pid();
  }

  /** The last lines that it said. */
  public List<String> log(int limit) {
    return log.lines(limit);
  }

  // ---- the end ---------------------------------------------------------------------------------

  /**
   * Gives the running process up for a successor, which must take it over at once.
   *
   * @return its number; 0 if it does not run, or does not obey
   */
  public synchronized long give() {
    long pid = pid();
    if (pid == 0 || closed || given) {
      return 0;
    }
    try {
      control.dropOwnership();
    } catch (IOException e) {
      return 0;
    }
    given = true;
    return pid;
  }

  /** Ends the process, unless it was given up, and waits for that a few seconds at most. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    state = State.CLOSED;
    if (!given) {
      end();
    }
    control.close();
    keeper.interrupt();
  }

  private void end() {
    ProcessHandle now = process;
    if (now == null) {
      return;
    }
    now.destroy(); // Tor is a client alone: it ends at once
    try {
      now.onExit().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      now.destroyForcibly();
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      now.destroyForcibly();
    }
  }
}

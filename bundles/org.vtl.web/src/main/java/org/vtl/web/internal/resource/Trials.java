package org.vtl.web.internal.resource;

import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.vtl.management.Refusal;
import org.vtl.runtime.Configurations;
import org.vtl.web.internal.Providers;

/**
 * Changes of configurations that are taken back by themselves unless somebody confirms them: who
 * locks himself out need only wait. From any thread.
 */
public final class Trials implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Trials.class.getName());

  private final Providers providers;
  private final Map<String, Running> running = new TreeMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("vtl-web-trials").factory());
  private int last;

  /**
   * A change on trial.
   *
   * @param name by which it is confirmed
   * @param pid whose configuration
   * @param user who made it
   * @param until when it is taken back, in UTC (RFC 3339)
   */
  public record Trial(String name, String pid, String user, String until) {}

  private record Running(Trial trial, Map<String, Object> before, ScheduledFuture<?> end) {}

  public Trials(Providers providers) {
    this.providers = providers;
  }

  synchronized List<Trial> list() {
    return running.values().stream().map(Running::trial).toList();
  }

  /** Remembers what a configuration was, and when it is to be that again. */
  synchronized String start(String pid, Map<String, Object> before, String user, long seconds) {
    for (Running other : running.values()) {
      if (other.trial().pid().equals(pid)) {
        throw Refusal.conflict(
            "Configuration %s is on trial already, by %s until %s; confirm or take back that change first."
                .formatted(pid, other.trial().user(), other.trial().until()));
      }
    }
    String name = Integer.toString(++last);
    Trial trial = new Trial(name, pid, user, Instant.now().plusSeconds(seconds).toString());
    running.put(
        name,
        new Running(trial, before, clock.schedule(() -> expire(name), seconds, TimeUnit.SECONDS)));
    return name;
  }

  /** Forgets a change that was not made. */
  synchronized void drop(String name) {
    Running gone = running.remove(name);
    if (gone != null) {
      gone.end().cancel(false);
    }
  }

  synchronized Trial confirm(String name) {
    Running confirmed = require(name);
    drop(name);
    return confirmed.trial();
  }

  synchronized Trial revert(String name) {
    Running back = require(name);
    drop(name);
    restore(back);
    return back.trial();
  }

  private synchronized void expire(String name) {
    Running back = running.remove(name);
    if (back != null) {
      try {
        restore(back);
        LOG.log(
            Level.WARNING,
            "Configuration {0} is as it was before, because nobody confirmed the change by {1}.",
            back.trial().pid(),
            back.trial().user());
      } catch (RuntimeException e) {
        LOG.log(
            Level.ERROR,
            "Configuration " + back.trial().pid() + " could not be taken back; look at its file.",
            e);
      }
    }
  }

  private Running require(String name) {
    Running found = running.get(name);
    if (found == null) {
      throw Refusal.missing(
          "There is no trial %s; it was confirmed, or taken back.".formatted(name));
    }
    return found;
  }

  private void restore(Running back) {
    Configurations configurations = providers.configurations();
    if (back.before().isEmpty()) {
      configurations.delete(back.trial().pid());
      return;
    }
    Map<String, Object> values = new HashMap<>();
    configurations.list().stream()
        .filter(entry -> entry.pid().equals(back.trial().pid()))
        .forEach(entry -> entry.values().keySet().forEach(key -> values.put(key, null)));
    values.putAll(back.before());
    configurations.set(back.trial().pid(), values);
  }

  /** Takes back what nobody has confirmed. */
  @Override
  public void close() {
    clock.shutdownNow();
    for (Trial trial : list()) {
      expire(trial.name());
    }
  }
}

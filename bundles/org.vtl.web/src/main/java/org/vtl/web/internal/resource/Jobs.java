package org.vtl.web.internal.resource;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.vtl.management.Refusal;
import org.vtl.runtime.Installer;

/**
 * Changes that take longer than a request: one after another, each with its steps and a final
 * sentence. The last hundred are remembered. From any thread.
 */
public final class Jobs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
  private static final int REMEMBERED = 100;
  private static final int WAITING = 10;

  private final Map<String, Job> jobs = new LinkedHashMap<>();
  private final BiConsumer<String, Object> publish;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("vtl-web-jobs").factory());
  private int last;

  /**
   * A change.
   *
   * @param id its number
   * @param action {@code install}, {@code update} or {@code uninstall}
   * @param target what of
   * @param user who asked
   * @param started when, in UTC (RFC 3339)
   * @param state {@code WAITING}, {@code RUNNING}, {@code DONE} or {@code FAILED}
   * @param steps what has been done so far, a sentence each
   * @param result what came of it, in one sentence; empty before the end
   * @param millis how long it took; 0 before the end
   */
  public record Job(
      String id,
      String action,
      String target,
      String user,
      String started,
      String state,
      List<String> steps,
      String result,
      long millis) {
    private Job with(String now, List<String> done, String sentence, long took) {
      return new Job(id, action, target, user, started, now, List.copyOf(done), sentence, took);
    }
  }

  /** What a job does. */
  interface Work {
    Installer.Outcome run(Consumer<String> progress);
  }

  /** {@code publish} is told of each change of a job, under topic {@code jobs}. */
  public Jobs(BiConsumer<String, Object> publish) {
    this.publish = publish;
  }

  /** Has {@code work} done when its turn comes; {@code then} follows in any case. */
  synchronized Job start(String action, String target, String user, Work work, Runnable then) {
    long waiting = jobs.values().stream().filter(job -> !isOver(job)).count();
    if (waiting >= WAITING) {
      throw new Refusal(429, "%d jobs wait already; wait until they are done.".formatted(waiting));
    }
    String id = Integer.toString(++last);
    Job job =
        new Job(id, action, target, user, Instant.now().toString(), "WAITING", List.of(), "", 0);
    jobs.put(id, job);
    if (jobs.size() > REMEMBERED) {
      jobs.remove(jobs.keySet().iterator().next());
    }
    worker.execute(() -> run(job, work, then));
    return job;
  }

  private static boolean isOver(Job job) {
    return job.state().equals("DONE") || job.state().equals("FAILED");
  }

  private void run(Job job, Work work, Runnable then) {
    long start = System.nanoTime();
    List<String> steps = new ArrayList<>();
    put(job.with("RUNNING", steps, "", 0));
    try {
      Installer.Outcome outcome =
          work.run(
              step -> {
                steps.add(step);
                put(job.with("RUNNING", steps, "", 0));
              });
      put(job.with("DONE", steps, outcome.message(), millis(start)));
    } catch (RuntimeException e) {
      String why = e.getMessage() == null ? e.toString() : e.getMessage();
      put(job.with("FAILED", steps, why, millis(start)));
      LOG.log(
          System.Logger.Level.INFO,
          "{0} of {1} by {2} failed: {3}",
          job.action(),
          job.target(),
          job.user(),
          why);
    } finally {
      then.run();
    }
  }

  private static long millis(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  private void put(Job job) {
    synchronized (this) {
      jobs.computeIfPresent(job.id(), (id, old) -> job);
    }
    publish.accept("jobs", job);
  }

  /** All that are remembered, the newest first. */
  synchronized List<Job> list() {
    return new ArrayList<>(jobs.values()).reversed();
  }

  synchronized Job find(String id) {
    Job job = jobs.get(id);
    if (job == null) {
      throw Refusal.missing("There is no job %s, or it is long over.".formatted(id));
    }
    return job;
  }

  @Override
  public void close() {
    worker.shutdown();
  }
}

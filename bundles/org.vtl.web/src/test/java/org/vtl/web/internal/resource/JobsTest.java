package org.vtl.web.internal.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vtl.management.Refusal;
import org.vtl.runtime.Installer;

class JobsTest {
  private final BlockingQueue<Jobs.Job> published = new LinkedBlockingQueue<>();
  private final Jobs jobs = new Jobs((topic, job) -> published.add((Jobs.Job) job));

  @AfterEach
  void close() {
    jobs.close();
  }

  private static Installer.Outcome done(String sentence) {
    return new Installer.Outcome(sentence, List.of(), 1);
  }

  @Test
  void aJobTellsItsStepsAndEndsWithASentence() throws InterruptedException {
    CountDownLatch then = new CountDownLatch(1);
    jobs.start(
        "install",
        "a",
        "eve",
        progress -> {
          progress.accept("a is read.");
          return done("a 1.0 is installed.");
        },
        then::countDown);

    List<String> states = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Jobs.Job job = published.take();
      states.add(job.state() + " " + job.steps() + job.result());
    }
    assertEquals(
        List.of("RUNNING []", "RUNNING [a is read.]", "DONE [a is read.]a 1.0 is installed."),
        states);
    then.await();
    assertEquals("DONE", jobs.find("1").state());
  }

  @Test
  void aJobThatFailsSaysWhyAndTheNextOneRuns() throws InterruptedException {
    jobs.start(
        "update",
        "a",
        "eve",
        progress -> {
          throw new IllegalStateException("a is no bundle.");
        },
        () -> {});
    jobs.start("uninstall", "b", "eve", progress -> done("b is removed."), () -> {});
    Jobs.Job last;
    do {
      last = published.take();
    } while (!last.state().equals("DONE"));
    assertEquals("a is no bundle.", jobs.find("1").result());
    assertEquals("FAILED", jobs.find("1").state());
    assertEquals(List.of("2", "1"), jobs.list().stream().map(Jobs.Job::id).toList());
  }

  @Test
  void noMoreThanTenWait() {
    CountDownLatch hold = new CountDownLatch(1);
    try {
      for (int i = 0; i < 10; i++) {
        jobs.start("install", "a", "eve", progress -> held(hold), () -> {});
      }
      Refusal refusal =
          assertThrows(
              Refusal.class,
              () -> jobs.start("install", "a", "eve", progress -> held(hold), () -> {}));
      assertEquals(429, refusal.status());
    } finally {
      hold.countDown();
    }
  }

  private static Installer.Outcome held(CountDownLatch hold) {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return done("");
  }
}

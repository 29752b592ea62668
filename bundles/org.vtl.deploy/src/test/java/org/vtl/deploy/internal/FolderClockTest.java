package org.vtl.deploy.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderClockTest {
  /** Longer than any of these tests: what is looked at again, is so because of a change. */
  private static final long NEVER_MILLIS = TimeUnit.HOURS.toMillis(1);

  @TempDir Path temporary;

  private final Semaphore looks = new Semaphore(0);
  private volatile boolean still = true;

  @Test
  void looksAtOnceAndWhenSomethingChanges() throws Exception {
    try (FolderClock clock = clock(temporary)) {
      assertLooks();
      Files.writeString(temporary.resolve("a"), "1");
      assertLooks();
      settle();
      Files.writeString(temporary.resolve("a"), "22");
      assertLooks();
      settle();
      Files.delete(temporary.resolve("a"));
      assertLooks();
      assertTrue(clock != null);
    }
  }

  @Test
  void looksAgainWhileNotAllIsStill() throws Exception {
    still = false;
    try (FolderClock clock = clock(temporary)) {
      assertLooks();
      assertLooks();
      assertLooks();
      assertTrue(clock != null);
    }
  }

  @Test
  void seesAFolderThatIsMadeAndMadeAgain() throws Exception {
    Path folder = temporary.resolve("deploy");
    try (FolderClock clock = clock(folder)) {
      for (int i = 0; i < 2; i++) {
        assertLooks();
        Files.createDirectory(folder);
        awaitWatched(folder);
        Files.delete(folder);
      }
      assertLooks();
      assertTrue(clock != null);
    }
  }

  @Test
  void looksNoMoreOnceClosed() throws Exception {
    FolderClock clock = clock(temporary);
    assertLooks();
    clock.close();
    looks.drainPermits();
    Files.writeString(temporary.resolve("a"), "1");
    assertFalse(looks.tryAcquire(500, TimeUnit.MILLISECONDS));
  }

  private FolderClock clock(Path folder) {
    return new FolderClock(
        "test",
        folder,
        () -> {
          looks.release();
          return still;
        },
        NEVER_MILLIS);
  }

  private void assertLooks() throws InterruptedException {
    assertTrue(looks.tryAcquire(30, TimeUnit.SECONDS), "no look");
  }

  /** Takes the looks that one change may have caused, until there are no more. */
  private void settle() throws InterruptedException {
    while (looks.tryAcquire(300, TimeUnit.MILLISECONDS)) {
      // it told of creation and of content
    }
  }

  /** An absent folder is looked at often; one that is there when something changes in it. */
  private void awaitWatched(Path folder) throws Exception {
    settle();
    Files.writeString(folder.resolve("a"), "1");
    assertLooks();
    settle();
    Files.delete(folder.resolve("a"));
    assertLooks();
    settle();
  }
}

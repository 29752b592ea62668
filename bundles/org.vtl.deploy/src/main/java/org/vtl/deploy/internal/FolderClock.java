package org.vtl.deploy.internal;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Says when to look at a folder: at once, as soon as something changes in it, a quarter of a second
 * later while something is not still, and every five seconds in any case, since nobody tells of a
 * change behind a symbolic link or on another machine's disk. An idle folder so costs next to
 * nothing.
 *
 * <p>Looks from a thread of its own, one look at a time.
 */
public final class FolderClock implements AutoCloseable {
  /** Between two looks that must find a file the same for it to count as still. */
  private static final long UNSETTLED_MILLIS = 250;

  /** Changes within this time are looked at together. */
  private static final long GATHERED_MILLIS = 50;

  private static final long SETTLED_MILLIS = 5_000;

  private static final long END_MILLIS = 5_000;

  private final Path folder;
  private final BooleanSupplier look;
  private final long settledMillis;
  private final Thread thread;
  private WatchService watch;
  private WatchKey key;
  private volatile boolean closed;

  /**
   * Starts looking.
   *
   * @param name of the thread
   * @param folder need not be there yet
   * @param look looks; returns whether all was still, so that nothing but a change asks for more
   */
  public FolderClock(String name, Path folder, BooleanSupplier look) {
    this(name, folder, look, SETTLED_MILLIS);
  }

  FolderClock(String name, Path folder, BooleanSupplier look, long settledMillis) {
    this.settledMillis = settledMillis;
    this.folder = folder;
    this.look = look;
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  private void run() {
    try (WatchService service = open()) {
      watch = service;
      while (!closed) {
        register(); // before the look: what changes after it is told of
        boolean still = look.getAsBoolean();
        await(still && key != null ? settledMillis : UNSETTLED_MILLIS);
      }
    } catch (InterruptedException e) {
      // closed
    } catch (IOException e) {
      // of closing the watch, which ends with it all the same
    }
  }

  /** Null where there is none, or none left (fs.inotify.max_user_instances). */
  private static WatchService open() {
    try {
      return FileSystems.getDefault().newWatchService();
    } catch (IOException | UnsupportedOperationException e) {
      return null;
    }
  }

  /** Each time anew: a folder that was made again under its name is another. */
  private void register() {
    if (watch == null) {
      return;
    }
    try {
      WatchKey now =
          folder.register(
              watch,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
      if (key != null && !key.equals(now)) {
        key.cancel();
      }
      key = now;
    } catch (IOException e) {
      key = null;
    }
  }

  private void await(long millis) throws InterruptedException {
    if (watch == null) {
      TimeUnit.MILLISECONDS.sleep(millis);
      return;
    }
    if (millis == UNSETTLED_MILLIS) {
      TimeUnit.MILLISECONDS.sleep(millis); // a look sooner would not find it still
      forget(watch.poll());
      return;
    }
    WatchKey told = watch.poll(millis, TimeUnit.MILLISECONDS);
    if (told != null) {
      // A file that is written without end, perhaps one that nobody wants, tells without end.
      TimeUnit.MILLISECONDS.sleep(GATHERED_MILLIS);
      forget(told);
    }
  }

  /** What exactly changed the look will find; only that something did matters. */
  private static void forget(WatchKey told) {
    if (told != null) {
      told.pollEvents();
      told.reset();
    }
  }

  /** Ends the thread, within five seconds; a look under way is interrupted. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    if (thread == Thread.currentThread()) {
      return; // what it found ends the bundle that it is of
    }
    try {
      thread.join(END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

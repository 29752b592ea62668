package org.vtl.lab.internal;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;

/**
 * A Linux network namespace that one thread of this process is in, and that ends with it.
 *
 * <p>The kernel counts that thread, the open sockets and the running programs as users of the
 * namespace; when the last is gone it takes the namespace and every interface in it away, also
 * after {@code kill -9}. It has no name in the file system that could be left behind.
 *
 * <p>All methods from any thread. Needs CAP_SYS_ADMIN: root, or a user namespace.
 */
public final class NetworkNamespace implements Place, AutoCloseable {
  private static final int CLONE_NEWNET = 0x40000000;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

  @SuppressWarnings("restricted")
  private static final MethodHandle UNSHARE =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("unshare"),
              FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
              Linker.Option.captureCallState("errno"));

  private final String name;
  private final ExecutorService thread;
  private final Path path;
  private final Set<Process> programs = ConcurrentHashMap.newKeySet();

  private NetworkNamespace(String name) throws IOException {
    this.name = name;
    thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("vtl-namespace-" + name).factory());
    try {
      path =
          call(
              () -> {
                unshare();
                return Path.of("/proc/thread-self").toRealPath().resolve("ns/net");
              });
    } catch (IOException e) {
      thread.shutdown();
      throw e;
    }
  }

  /**
   * A new namespace, with nothing in it but a loopback interface that is down.
   *
   * @param name for messages and the thread's name
   * @throws IOException in one sentence, if the kernel refuses
   */
  public static NetworkNamespace create(String name) throws IOException {
    return new NetworkNamespace(name);
  }

  private static void unshare() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      if ((int) UNSHARE.invokeExact(state, CLONE_NEWNET) != 0) {
        int errno = state.get(ValueLayout.JAVA_INT, 0);
        throw new IOException(
            "The kernel refuses a new network namespace (errno "
                + errno
                + "); run as root, or inside \"unshare --user --map-root-user --net\".");
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * {@inheritDoc} Here on the namespace's own thread: sockets that it opens are in the namespace
   * for good.
   */
  @Override
  public <T> T call(Callable<T> work) throws IOException {
    Future<T> result;
    try {
      result = thread.submit(work);
    } catch (RejectedExecutionException e) {
      throw new IOException("Network namespace \"" + name + "\" is closed.", e);
    }
    try {
      return result.get();
    } catch (InterruptedException e) {
      result.cancel(true);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted.").initCause(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException cause -> throw cause;
        case RuntimeException cause -> throw cause;
        default -> throw new IOException(e.getCause());
      }
    }
  }

  /** The kernel's file of the namespace; gone when it is closed. */
  public Path path() {
    return path;
  }

  /** {@inheritDoc} Here in the namespace; it is killed when that is closed, too. */
  @Override
  public Process start(ProcessBuilder program) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                // Not started on the namespace's own thread: the JVM's reaper threads would be born
                // in the namespace and keep it for a minute after its end.
                "setpriv",
                "--pdeathsig",
                "KILL",
                "nsenter",
                "--net=" + path,
                // First of a PID namespace: what it leaves behind ends with it.
                "unshare",
                "--pid",
                "--fork",
                "--kill-child",
                "--"));
    words.addAll(program.command());
    Process process = program.command(words).start();
    programs.add(process);
    process.onExit().thenAccept(programs::remove);
    return process;
  }

  /** Ends the programs and the thread; the namespace goes when its sockets are closed, too. */
  @Override
  public void close() {
    programs.forEach(Process::destroyForcibly);
    thread.shutdownNow();
  }
}

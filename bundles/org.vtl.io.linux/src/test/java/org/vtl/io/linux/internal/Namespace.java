package org.vtl.io.linux.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network namespace of its own, for as long as one thread lives: sockets opened and processes
 * started on that thread belong to it. It dies with the thread, or with the JVM.
 */
@SuppressWarnings("restricted")
final class Namespace implements AutoCloseable {
  private static final int CLONE_NEWNET = 0x4000_0000;

  private final ExecutorService thread;
  private final String path;

  Namespace(String name) throws Exception {
    thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("netns " + name).factory());
    path = run(Namespace::unshare);
    ip("link set lo up");
  }

  /** Whether this process may make namespaces; if not, tests of the kernel are skipped. */
  static boolean isAllowed() {
    try {
      new Namespace("probe").close();
      return true;
    } catch (Exception e) {
      return false;
    }
  }

  private static String unshare() throws Exception {
    if (call("unshare", CLONE_NEWNET, 0, 0) != 0) {
      throw new IOException("A network namespace needs root.");
    }
    return Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/thread-self")))
        + "/ns/net";
  }

  /** Calls a function of the C library that takes up to three integers or addresses. */
  static int call(String function, int first, long second, int third) {
    Linker linker = Linker.nativeLinker();
    try {
      return (int)
          linker
              .downcallHandle(
                  linker.defaultLookup().findOrThrow(function),
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_LONG,
                      ValueLayout.JAVA_INT))
              .invokeExact(first, second, third);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where other processes find the namespace. */
  String path() {
    return path;
  }

  /** Runs {@code work} in the namespace. */
  <T> T run(Callable<T> work) throws Exception {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs ip(8) with these arguments, separated by blanks. */
  void ip(String arguments) throws Exception {
    execute("ip " + arguments);
  }

  /** Runs a command, separated by blanks, and returns what it printed. */
  String execute(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    return run(
        () -> {
          Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
          String printed =
              new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          if (process.waitFor() != 0) {
            throw new IOException(command + ": " + printed);
          }
          return printed;
        });
  }

  /**
   * Joins this namespace's new interface {@code name} to {@code peer} in {@code other} by a veth.
   */
  void join(String name, Namespace other, String peer) throws Exception {
    ip("link add " + name + " type veth peer name " + peer + " netns " + other.path());
    ip("link set " + name + " up");
    other.ip("link set " + peer + " up");
    awaitCarrier(name);
    other.awaitCarrier(peer);
  }

  /** The kernel gives an interface its queue some time after its carrier; earlier frames vanish. */
  private void awaitCarrier(String device) throws Exception {
    for (int i = 0; i < 500; i++) {
      if (execute("ip -o link show " + device).contains("qdisc noqueue state UP")) {
        return;
      }
    }
    throw new IOException(device + " has no carrier.");
  }

  /** A counter of /proc/net/snmp, such as "Tcp", "InCsumErrors". */
  long snmp(String protocol, String counter) throws Exception {
    String text = run(() -> Files.readString(Path.of("/proc/thread-self/net/snmp")));
    Matcher lines =
        Pattern.compile("(?m)^" + protocol + ": (.*)\n" + protocol + ": (.*)$").matcher(text);
    if (!lines.find()) {
      throw new IOException("No counters of " + protocol + ".");
    }
    int column = List.of(lines.group(1).split(" ")).indexOf(counter);
    return Long.parseLong(lines.group(2).split(" ")[column]);
  }

  /** Switches an offload by one of the ETHTOOL_S... commands of linux/ethtool.h. */
  void ethtool(String device, int command, boolean on) throws Exception {
    run(
        () -> {
          try (Arena arena = Arena.ofConfined()) {
            Libc libc = new Libc(arena);
            MemorySegment value = arena.allocate(8, 4);
            value.set(ValueLayout.JAVA_INT, 0, command);
            value.set(ValueLayout.JAVA_INT, 4, on ? 1 : 0);
            MemorySegment request = arena.allocate(40, 8);
            NetDevice.writeName(request, device);
            request.set(ValueLayout.ADDRESS, 16, value);
            int socket = libc.socket(Uapi.AF_INET, Uapi.SOCK_DGRAM, 0);
            int error = libc.ioctl(socket, 0x8946, request.address());
            libc.close(socket);
            if (error < 0) {
              throw new IOException("ethtool " + device + ": " + Libc.strerror(-error));
            }
            return null;
          }
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

package org.vtl.io.linux.internal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A Unix stream socket that listens at a path of the file system (unix(7)), and the file it made
 * there. Not blocking. A file that a process left behind when it crashed is replaced; one behind
 * which somebody listens is not.
 */
final class ListeningSocket implements AutoCloseable {
  private static final int SUN_PATH_LENGTH = 108;
  private static final int S_IFMT = 0xf000;
  private static final int S_IFSOCK = 0xc000;
  private static final int BACKLOG = 1;

  /** Why there is none: a negated errno, and a sentence's middle for people. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    final int errno;

    Refused(int returned, String what) {
      super(what, null, false, false);
      errno = -returned;
    }
  }

  private final Libc libc;
  private final Path path;
  private final int descriptor;
  private final Object file;

  private ListeningSocket(Libc libc, Path path, int descriptor, Object file) {
    this.libc = libc;
    this.path = path;
    this.descriptor = descriptor;
    this.file = file;
  }

  /** Listens at {@code path}; whoever has these {@code permissions}, as chmod(2)'s, may connect. */
  static ListeningSocket open(Libc libc, Path path, int permissions) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = address(arena, path);
      int socket = create(libc);
      try {
        // Set before the file exists: at no moment may others connect.
        check(libc.fchmod(socket, permissions), "its permissions cannot be set");
        int bound = libc.bind(socket, address);
        if (bound == -Uapi.EADDRINUSE) {
          removeStale(libc, path, address);
          bound = libc.bind(socket, address);
        }
        check(bound, "no socket can be made there");
        // What the process's umask took away.
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(text(permissions)));
        check(libc.listen(socket, BACKLOG), "it cannot listen");
        return new ListeningSocket(libc, path, socket, identity(path));
      } catch (IOException e) {
        libc.close(socket);
        throw new Refused(0, "its file cannot be handled: " + e.getMessage());
      } catch (Refused e) {
        libc.close(socket);
        throw e;
      }
    }
  }

  /** Connects to whoever listens at {@code path}; the descriptor, not blocking. */
  static int connect(Libc libc, Path path) throws Refused {
    try (Arena arena = Arena.ofConfined()) {
      int socket = create(libc);
      int connected = libc.connect(socket, address(arena, path));
      if (connected < 0) {
        libc.close(socket);
        throw new Refused(connected, "nobody there takes the connection");
      }
      return socket;
    }
  }

  /**
   * Refuses what can be no socket's path.
   *
   * @throws IllegalArgumentException in one sentence
   */
  static Path checkPath(String target) {
    if (target.getBytes(StandardCharsets.UTF_8).length >= SUN_PATH_LENGTH
        || target.startsWith("@")
        || target.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "\""
              + target
              + "\" cannot be the path of a Unix socket; it is a file's name of at most "
              + (SUN_PATH_LENGTH - 1)
              + " bytes.");
    }
    return Path.of(target);
  }

  private static MemorySegment address(Arena arena, Path path) {
    byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
    MemorySegment address = arena.allocate(2L + name.length + 1, 2);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) Uapi.AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address;
  }

  private static int create(Libc libc) throws Refused {
    int type = Uapi.SOCK_STREAM | Uapi.SOCK_NONBLOCK | Uapi.SOCK_CLOEXEC;
    return check(libc.socket(Uapi.AF_UNIX, type, 0), "the system gives no socket");
  }

  /** Removes a socket's file that nobody listens at any more. */
  private static void removeStale(Libc libc, Path path, MemorySegment address)
      throws Refused, IOException {
    Object mode = Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    if (((int) mode & S_IFMT) != S_IFSOCK) {
      throw new Refused(-Uapi.EADDRINUSE, "a file of that name is there that is no socket");
    }
    int probe = create(libc);
    int connected = libc.connect(probe, address);
    libc.close(probe);
    if (connected != -Uapi.ECONNREFUSED) {
      throw new Refused(-Uapi.EADDRINUSE, "another process or link listens there");
    }
    Files.deleteIfExists(path);
  }

  private static int check(int returned, String what) throws Refused {
    if (returned < 0) {
      throw new Refused(returned, what);
    }
    return returned;
  }

  private static String text(int permissions) {
    StringBuilder text = new StringBuilder(9);
    for (int bit = 8; bit >= 0; bit--) {
      text.append((permissions >>> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
    }
    return text.toString();
  }

  private static Object identity(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS)
        + "/"
        + Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
  }

  int descriptor() {
    return descriptor;
  }

  /** A connection that has come, not blocking, or -1. */
  int accept() {
    return libc.accept4(descriptor, Uapi.SOCK_NONBLOCK | Uapi.SOCK_CLOEXEC);
  }

  /** Ends listening and removes the file, unless another has taken its name. */
  @Override
  public void close() {
    try {
      if (file.equals(identity(path))) {
        Files.delete(path);
      }
    } catch (IOException e) {
      // Somebody has removed it already.
    }
    libc.close(descriptor);
  }
}

package org.vtl.io.linux.internal;

/** A system call fails while a port is opened; the message says which step, for a sentence. */
final class SystemCallException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  SystemCallException(String what, int errno) {
    super(what);
    this.errno = errno;
  }

  /** Throws if {@code returned} is a negated errno. */
  static void check(long returned, String what) throws SystemCallException {
    if (returned < 0) {
      throw new SystemCallException(
          what + " (" + Libc.strerror((int) -returned) + ")", (int) -returned);
    }
  }

  int errno() {
    return errno;
  }
}

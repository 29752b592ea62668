package org.vtl.io.linux.internal.bpf;

/**
 * The kernel refuses a program, map or link; the message names what, why and the remedy in one
 * sentence.
 */
public final class BpfException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;
  private final String reason;

  private BpfException(String what, String reason, int errno) {
    super(what + ": " + reason + ".");
    this.reason = reason;
    this.errno = errno;
  }

  /** What the kernel's errno means for {@code what}, the beginning of the sentence. */
  static BpfException of(String what, int errno) {
    return new BpfException(what, BpfRefusal.reason(errno), errno);
  }

  /** A reason and remedy that the caller knows better than the errno tells. */
  static BpfException of(String what, String reason, int errno) {
    return new BpfException(what, reason, errno);
  }

  /** The verifier's refusal, whose last words become the reason. */
  static BpfException refused(String what, int errno, String log) {
    String[] lines = log.strip().split("\n");
    String last = "";
    for (String line : lines) {
      if (!line.startsWith("processed ")
          && !line.startsWith("verification time")
          && !line.startsWith("stack depth")) {
        last = line.strip();
      }
    }
    return new BpfException(
        what,
        "the verifier refuses it, \"" + last + "\"; report this with the kernel's version",
        errno);
  }

  /** The kernel's errno, positive. */
  public int errno() {
    return errno;
  }

  /** Why, and the remedy: the message without what it is about and without its full stop. */
  public String reason() {
    return reason;
  }
}

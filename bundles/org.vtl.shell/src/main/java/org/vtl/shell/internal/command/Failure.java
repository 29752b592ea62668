package org.vtl.shell.internal.command;

/** Why a command ends without having done what was asked, in one sentence for the user. */
public final class Failure extends Exception {
  /** Status of a command that failed. */
  public static final int FAILED = 1;

  /** Status of a command that was called wrongly. */
  public static final int USAGE = 2;

  /** Status of a command that the user ended by Ctrl-C, as shells have it: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  private final int status;

  private Failure(int status, String sentence) {
    super(sentence, null, false, false);
    this.status = status;
  }

  /** The command was right, and could not be done. */
  public static Failure of(String sentence) {
    return new Failure(FAILED, sentence);
  }

  /** The command was wrong. */
  public static Failure usage(String sentence) {
    return new Failure(USAGE, sentence);
  }

  /** What a process would exit with. */
  public int status() {
    return status;
  }
}

package org.vtl.launcher;

/** VTL cannot start. The message is one sentence for the user: what, where, why and the remedy. */
final class LaunchException extends RuntimeException {
  LaunchException(String sentence) {
    super(sentence);
  }

  LaunchException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}

package org.vtl.launcher;

/** Makes one line for a user out of an exception. */
final class Sentence {
  private Sentence() {}

  /** The message of {@code fault} and of its first cause, on one line, without class names. */
  static String of(Throwable fault) {
    Throwable root = fault;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String first = message(fault);
    String last = message(root);
    String text = first.contains(last) ? first : first + " (" + last + ")";
    return text.endsWith(".") ? text : text + ".";
  }

  private static String message(Throwable fault) {
    String message = fault.getMessage();
    if (message == null || message.isBlank()) {
      return fault.getClass().getSimpleName();
    }
    String plain = fault instanceof LinkageError ? fault.toString() : message;
    return plain.strip().replaceAll("\\s+", " ");
  }
}

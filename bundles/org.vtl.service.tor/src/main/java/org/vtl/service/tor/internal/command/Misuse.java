package org.vtl.service.tor.internal.command;

/** The command was called wrongly; the message says how, in one sentence with the remedy. */
final class Misuse extends RuntimeException {
  Misuse(String sentence) {
    super(sentence);
  }
}

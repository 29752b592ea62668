package org.vtl.deploy.internal.install;

/** A change that is not made; the message is one sentence: what, where, why and the remedy. */
final class Refused extends IllegalStateException {
  private static final long serialVersionUID = 1;
  private final boolean perhapsLater;

  Refused(String sentence) {
    this(sentence, false);
  }

  /**
   * A refusal.
   *
   * @param perhapsLater whether another bundle that comes may make it possible
   */
  Refused(String sentence, boolean perhapsLater) {
    super(sentence);
    this.perhapsLater = perhapsLater;
  }

  boolean isPerhapsLater() {
    return perhapsLater;
  }
}

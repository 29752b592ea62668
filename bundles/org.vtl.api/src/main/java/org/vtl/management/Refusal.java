package org.vtl.management;

/** Why something is not done: what, where, why and the remedy, in one sentence. */
public final class Refusal extends RuntimeException {
  private final int status;

  /**
   * A refusal.
   *
   * @param status of HTTP: 404 not there, 409 not now, 412 changed by somebody else meanwhile, ...
   */
  public Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  public static Refusal missing(String sentence) {
    return new Refusal(404, sentence);
  }

  public static Refusal conflict(String sentence) {
    return new Refusal(409, sentence);
  }

  /** The change was made from a version that is not the newest any more. */
  public static Refusal outdated(String sentence) {
    return new Refusal(412, sentence);
  }

  public int status() {
    return status;
  }
}

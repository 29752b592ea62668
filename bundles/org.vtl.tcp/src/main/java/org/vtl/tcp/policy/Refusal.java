package org.vtl.tcp.policy;

import org.vtl.tcp.Opening;

/** Why a connection that a service was shown has no relay of that service. */
public enum Refusal {
  BY_RULE("by-rule", "A rule bypasses it."),
  OPEN_BEFORE("open-before", "It was open before, and live connections are not configured."),
  SHORT_PATH("short-path", "Its path is shorter than configured."),
  AUTHENTICATED(Obstacle.AUTHENTICATED),
  SIGNED(Obstacle.SIGNED),
  MULTIPATH(Obstacle.MULTIPATH),
  UNKNOWN_OPTION(Obstacle.UNKNOWN_OPTION),
  MALFORMED_OPTIONS(Obstacle.MALFORMED_OPTIONS),
  SYN_DATA(Obstacle.SYN_DATA),
  IP_OPTIONS(Obstacle.IP_OPTIONS),
  ACCURATE_ECN(Obstacle.ACCURATE_ECN),
  URGENT(Obstacle.URGENT),
  UNAVAILABLE("no-relays", "The service tcp, which relays, does not serve its link."),
  TAKEN("taken", "Another service has a relay in it."),
  UNSUITABLE("unsuitable", "It is nothing that an endpoint can speak for as it stands."),
  MIDSTREAM("midstream", "It was picked up midway: what its ends negotiated is not known."),
  ENDING("ending", "It had begun to end."),
  TOO_MANY("too-many", "There were as many relays as there may be."),
  NO_MEMORY("no-memory", "Too little memory for streams was left.");

  private static final Refusal[] ALL = values();

  /** By the ordinal of an obstacle. */
  private static final Refusal[] BY_OBSTACLE = new Refusal[Obstacle.values().length];

  static {
    for (Refusal refusal : ALL) {
      if (refusal.obstacle != null) {
        BY_OBSTACLE[refusal.obstacle.ordinal()] = refusal;
      }
    }
  }

  private final String word;
  private final String sentence;
  private final Obstacle obstacle;

  Refusal(String word, String sentence) {
    this.word = word;
    this.sentence = sentence;
    this.obstacle = null;
  }

  Refusal(Obstacle obstacle) {
    this.word = obstacle.word();
    this.sentence = obstacle.sentence();
    this.obstacle = obstacle;
  }

  /** Its name for counters and programs: lower case with dashes. */
  public String word() {
    return word;
  }

  /** What it means, in one sentence about the connection. */
  public String sentence() {
    return sentence;
  }

  /** The refusal for {@code obstacle}, which is not null. */
  public static Refusal of(Obstacle obstacle) {
    return BY_OBSTACLE[obstacle.ordinal()];
  }

  /** The refusal for {@code opening}; null where it opened. */
  public static Refusal of(Opening opening) {
    return switch (opening) {
      case OPENED -> null;
      case UNAVAILABLE -> UNAVAILABLE;
      case TAKEN -> TAKEN;
      case UNSUITABLE -> UNSUITABLE;
      case UNKNOWN_NEGOTIATION -> MIDSTREAM;
      case ENDING -> ENDING;
      case TOO_MANY -> TOO_MANY;
      case NO_MEMORY -> NO_MEMORY;
    };
  }

  /** The one whose ordinal is {@code index}. */
  static Refusal at(int index) {
    return ALL[index];
  }

  static int count() {
    return ALL.length;
  }
}

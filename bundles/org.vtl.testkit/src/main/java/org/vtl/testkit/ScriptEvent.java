package org.vtl.testkit;

import java.util.ArrayList;
import java.util.List;
import org.vtl.packet.Direction;

/** What one line of a script says. */
sealed interface ScriptEvent {
  /**
   * {@code > PACKET} or {@code < PACKET}; between {@code delayNanos} and {@code latestNanos} from
   * now, where the target plays the side that sends it.
   */
  record Arrival(Direction direction, long delayNanos, long latestNanos, ScriptPacket packet)
      implements ScriptEvent {}

  /** {@code $ WORD ...}, {@code NAME: WORD ...}: for the target; the first word is the name. */
  record Command(long delayNanos, List<String> words) implements ScriptEvent {}

  /** {@code ?> PACKET}, {@code ?< PACKET}; {@code ?-} has no packet and no direction. */
  record Emission(Direction direction, ScriptPacket packet) implements ScriptEvent {}

  /** {@code = SUBJECT[.KEY] VALUE ...}. */
  record Checks(List<Check> checks) implements ScriptEvent {}

  /** One of its pairs. */
  record Check(String subject, String key, String expected) {}

  /** {@code ! FATE [REASON]}. */
  record Fate(String expected) implements ScriptEvent {}

  /** {@code @ clock +TIME}. */
  record Quiet(long nanos) implements ScriptEvent {}

  /** {@code vm ADDRESS:PORT}, {@code net ADDRESS:PORT}. */
  record Endpoint(boolean vm, String address, int port) implements ScriptEvent {}

  /** {@code isn vm N}, {@code isn net N}. */
  record InitialSequence(boolean vm, int number) implements ScriptEvent {}

  static ScriptEvent parse(ScriptTokens tokens) {
    ScriptEvent event = event(tokens);
    if (!tokens.isEmpty()) {
      throw new IllegalArgumentException("\"" + tokens.peek() + "\" is not understood here");
    }
    return event;
  }

  private static ScriptEvent event(ScriptTokens tokens) {
    String word = tokens.take();
    long delay = 0;
    long latest = 0;
    if (word.startsWith("+")) {
      int window = word.indexOf('~');
      delay = ScriptTokens.nanos(window < 0 ? word : word.substring(0, window));
      latest = window < 0 ? delay : ScriptTokens.nanos(word.substring(window + 1));
      word = tokens.take();
      if (!word.equals(">") && !word.equals("<") && !word.equals("$")) {
        throw new IllegalArgumentException(
            "a time stands only before a packet and before what the application does");
      }
    }
    if (word.length() > 1 && word.endsWith(":")) {
      return command(0, word.substring(0, word.length() - 1), tokens);
    }
    return switch (word) {
      case ">" -> new Arrival(Direction.OUTBOUND, delay, latest, ScriptPacket.parse(tokens));
      case "<" -> new Arrival(Direction.INBOUND, delay, latest, ScriptPacket.parse(tokens));
      case "$" -> command(delay, tokens.take(), tokens);
      case "?>" -> new Emission(Direction.OUTBOUND, ScriptPacket.parse(tokens));
      case "?<" -> new Emission(Direction.INBOUND, ScriptPacket.parse(tokens));
      case "?-" -> new Emission(null, null);
      case "=" -> checks(tokens);
      case "!" -> fate(tokens);
      case "@" -> quiet(tokens);
      case "vm", "net" -> endpoint(word.equals("vm"), tokens.take());
      case "isn" -> {
        String side = tokens.take();
        if (!side.equals("vm") && !side.equals("net")) {
          throw new IllegalArgumentException("isn is of vm or of net");
        }
        yield new InitialSequence(side.equals("vm"), (int) tokens.number());
      }
      default -> throw new IllegalArgumentException("\"" + word + "\" begins no event");
    };
  }

  private static Command command(long delay, String name, ScriptTokens tokens) {
    List<String> words = new ArrayList<>();
    words.add(name);
    while (!tokens.isEmpty()) {
      words.add(unquoted(tokens.take()));
    }
    return new Command(delay, List.copyOf(words));
  }

  private static Checks checks(ScriptTokens tokens) {
    List<Check> checks = new ArrayList<>();
    do {
      String name = tokens.take();
      int dot = name.indexOf('.');
      String subject = dot < 0 ? name : name.substring(0, dot);
      checks.add(
          new Check(subject, dot < 0 ? "" : name.substring(dot + 1), unquoted(tokens.take())));
    } while (!tokens.isEmpty());
    return new Checks(checks);
  }

  private static Fate fate(ScriptTokens tokens) {
    StringBuilder expected = new StringBuilder(tokens.take());
    while (!tokens.isEmpty()) {
      expected.append(' ').append(tokens.take());
    }
    return new Fate(expected.toString());
  }

  private static Quiet quiet(ScriptTokens tokens) {
    if (!tokens.takeIf("clock")) {
      throw new IllegalArgumentException("\"@\" is followed by \"clock +TIME\"");
    }
    return new Quiet(ScriptTokens.nanos(tokens.take()));
  }

  private static Endpoint endpoint(boolean vm, String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("\"" + text + "\" is not ADDRESS:PORT");
    }
    String address = text.substring(0, colon).replaceAll("[\\[\\]]", "");
    return new Endpoint(vm, address, Integer.parseInt(text.substring(colon + 1)));
  }

  private static String unquoted(String word) {
    return word.startsWith("\"") ? word.substring(1, word.length() - 1) : word;
  }

  /** Whether {@code actual} is as the script says: equal, not, at most, at least, or one of. */
  static boolean matches(String expected, String actual) {
    if (expected.startsWith("!")) {
      return !matches(expected.substring(1), actual);
    }
    if (expected.startsWith("<=") || expected.startsWith(">=")) {
      long difference = Long.parseLong(actual) - Long.parseLong(expected.substring(2));
      return expected.startsWith("<=") ? difference <= 0 : difference >= 0;
    }
    for (String alternative : expected.split("\\|")) {
      if (alternative.equals(actual)) {
        return true;
      }
    }
    return false;
  }
}

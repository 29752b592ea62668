package org.vtl.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Test cases in a notation after packetdrill's: what the VM and the network send, and what must be
 * true in between. Several cases in one text, one event per line, {@code #} begins a comment.
 *
 * <pre>{@code
 * case: a handshake
 * vm 10.0.0.1:5555            # addresses; these are the defaults
 * net 10.0.0.2:80
 * > S 0:0(0) win 65535 <mss 1460,sackOK,TS val 100 ecr 0,nop,wscale 7>   # the VM sends
 * = vm SYN_SENT net LISTEN; vm.next 1                                    # state after it
 * +0.05 < S. 0:0(0) ack 1 win 28960 <mss 1400>      # 50 ms later the network sends
 * ! pass                                            # what became of that packet
 * +10ms > . 1:1(0) ack 1 win 512
 * @ clock +60                                       # a quiet minute; timers run
 * > P. 1:6(5) ack 1 win 512 "hello"
 * ?< . 1:1(0) ack 6                                 # VTL itself must have sent this to the VM
 * }</pre>
 *
 * <p>Sequence numbers are relative to their sender's initial one, acknowledgments and SACK blocks
 * to the peer's, so every script also runs across the wrap: set {@code isn vm 4294967290}.
 * Timestamps are as written. Payload that is not spelled out is a pattern of the relative sequence
 * number, so that a retransmission repeats its bytes.
 *
 * <p>Lines: {@code case: NAME}; settings {@code vm ADDRESS:PORT}, {@code net ADDRESS:PORT} (IPv6 in
 * brackets), {@code isn vm|net N}, which hold until the end of the case and may change in it;
 * packets {@code [+TIME] > PACKET} and {@code [+TIME] < PACKET}; {@code = SUBJECT[.KEY] VALUE ...}
 * checks, pairs separated by blanks or semicolons; {@code ! FATE [REASON]}; {@code ?> PACKET},
 * {@code ?< PACKET} and {@code ?-} (nothing) for packets VTL must have sent to the network or the
 * VM; {@code @ clock +TIME}. TIME is in seconds, or has a unit: ns, us, ms, s, min, h, d. A value
 * may begin with {@code !} (not), {@code <=} or {@code >=}, or list alternatives with {@code |}.
 * Packets are described at {@link ScriptPacket}; {@code by N} behind one divides it.
 *
 * <p>Where the target plays one end itself ({@link ScriptTarget#plays}), that end's lines say what
 * it must have sent, {@code +TIME} or {@code +EARLIEST~LATEST} after the line before, and no other
 * packet. {@code [+TIME] $ WORD ...} is what its application does, {@code NAME: WORD ...} a
 * setting; both are the target's own words.
 *
 * <p>Immutable after parsing; a test runs each case as its own:
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> scripts() {
 *   return PacketScript.parse(getClass(), "handshake.pkt").cases().stream()
 *       .map(c -> DynamicTest.dynamicTest(c.name(), () -> c.run(new TrackerTarget())));
 * }
 * }</pre>
 */
public final class PacketScript {
  private static final Pattern DIVIDED =
      Pattern.compile(
          "(?<time>\\+\\S+ +)?(?<way>[<>] *)(?<flags>\\S+) +(?<first>-?\\d+):(?<end>-?\\d+)"
              + "\\(\\d+\\)(?<rest>.*) by (?<size>\\d+)");

  private final String name;
  private final List<ScriptCase> cases;

  private PacketScript(String name, List<ScriptCase> cases) {
    this.name = name;
    this.cases = List.copyOf(cases);
  }

  /**
   * Reads the resource {@code file} beside {@code neighbour}.
   *
   * @throws IllegalArgumentException naming file, line and reason, if it is missing or malformed
   */
  public static PacketScript parse(Class<?> neighbour, String file) {
    try (InputStream in = neighbour.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "There is no resource " + file + " beside " + neighbour.getName() + ".");
      }
      return parse(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException("Script " + file + " cannot be read.", e);
    }
  }

  /**
   * Reads a script from its text.
   *
   * @throws IllegalArgumentException naming {@code name}, line and reason, if it is malformed
   */
  public static PacketScript parse(String name, String text) {
    List<ScriptCase> cases = new ArrayList<>();
    Set<String> names = new HashSet<>();
    ScriptCase current = null;
    int number = 0;
    for (String raw : text.split("\n", -1)) {
      number++;
      try {
        ScriptTokens tokens = new ScriptTokens(raw);
        if (tokens.isEmpty()) {
          continue;
        }
        if (tokens.peek().equals("case:")) {
          String title = tokens.rest("case:");
          if (title.isEmpty() || !names.add(title)) {
            throw new IllegalArgumentException(
                "case \"" + title + "\" has no name or one that is taken");
          }
          current = new ScriptCase(name, title);
          cases.add(current);
        } else if (current == null) {
          throw new IllegalArgumentException(
              "an event stands before the first \"case: NAME\" line");
        } else {
          for (String part : parts(tokens.text())) {
            ScriptEvent event = ScriptEvent.parse(new ScriptTokens(part));
            current.add(new ScriptCase.Step(number, part, event));
          }
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            name + ":" + number + ": " + e.getMessage() + ": " + raw.strip(), e);
      }
    }
    return new PacketScript(name, cases);
  }

  /**
   * The lines that {@code line} stands for: those of {@code > P. 1:2501(2500) ack 1 by 1000} are
   * three, of which the first has the time, and the last alone PSH and FIN.
   */
  static List<String> parts(String line) {
    Matcher matcher = DIVIDED.matcher(line);
    if (!matcher.matches()) {
      return List.of(line);
    }
    long end = Long.parseLong(matcher.group("end"));
    int size = Integer.parseInt(matcher.group("size"));
    List<String> parts = new ArrayList<>();
    long first = Long.parseLong(matcher.group("first"));
    for (long at = first; at < end; at += size) {
      long next = Math.min(end, at + size);
      String flags = matcher.group("flags");
      parts.add(
          (at == first && matcher.group("time") != null ? matcher.group("time") : "")
              + matcher.group("way")
              + (next == end ? flags : flags.replaceAll("[PF]", ""))
              + (" " + at + ":" + next + "(" + (next - at) + ")")
              + matcher.group("rest"));
    }
    return parts;
  }

  /** The name it was parsed under. */
  public String name() {
    return name;
  }

  /** The cases in the order of the text. */
  public List<ScriptCase> cases() {
    return cases;
  }

  /** Runs all cases, each from its own beginning, on one target. */
  public void run(ScriptTarget target) {
    for (ScriptCase each : cases) {
      each.run(target);
    }
  }
}

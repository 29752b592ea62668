package org.vtl.tcp.policy;

import java.util.List;
import org.vtl.connection.Connection;
import org.vtl.connection.Endpoint;
import org.vtl.packet.Direction;

/**
 * Which connections a service takes, told by lines of which the first that fits decides; what no
 * line fits is taken.
 *
 * <pre>
 * take|bypass [outbound|inbound] [vm ADDRESSES] [peer ADDRESSES] [port PORTS]
 *
 * bypass port 22,179                     of whoever opened it: the port that was asked for
 * take outbound peer 192.0.2.0/24 port 80,443,8000-8099
 * bypass                                 everything else
 * </pre>
 *
 * <p>{@code outbound} is what the VM opens, {@code inbound} what its peer does; both without the
 * word. {@code ADDRESSES} are addresses or prefixes, {@code PORTS} ports or ranges, with commas
 * between them. Immutable, so for any thread; asking allocates nothing.
 */
public final class ConnectionRules {
  /** What {@link #deciding} returns where no line fits. */
  public static final int NONE = -1;

  private final List<String> lines;
  private final ConnectionRule[] rules;

  private ConnectionRules(List<String> lines, ConnectionRule[] rules) {
    this.lines = lines;
    this.rules = rules;
  }

  /**
   * Reads lines; none take every connection. Empty lines, and what follows {@code #}, are comments.
   *
   * @throws IllegalArgumentException in one sentence naming the line, the word and the remedy
   */
  public static ConnectionRules parse(List<String> lines) {
    ConnectionRule[] rules = new ConnectionRule[lines.size()];
    for (int i = 0; i < rules.length; i++) {
      try {
        rules[i] = ConnectionRule.parse(lines.get(i));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "Rule " + (i + 1) + ", \"" + lines.get(i).strip() + "\": " + e.getMessage(), e);
      }
    }
    return new ConnectionRules(List.copyOf(lines), rules);
  }

  /** The lines, as they were given. */
  public List<String> lines() {
    return lines;
  }

  /**
   * The index of the line that decides about {@code connection}, or {@link #NONE}. On its worker.
   */
  public int deciding(Connection connection) {
    boolean outbound = connection.opener() == Direction.OUTBOUND;
    Endpoint vm = connection.vm();
    Endpoint peer = connection.network();
    int port = (outbound ? peer : vm).port();
    for (int i = 0; i < rules.length; i++) {
      ConnectionRule rule = rules[i];
      if (rule != null && rule.fits(outbound, vm, peer, port)) {
        return i;
      }
    }
    return NONE;
  }

  /** Whether what line {@code index} decides, or none of them, is taken. */
  public boolean takes(int index) {
    return index == NONE || rules[index].takes();
  }
}

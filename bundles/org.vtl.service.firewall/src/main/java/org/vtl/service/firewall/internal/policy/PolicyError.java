package org.vtl.service.firewall.internal.policy;

/**
 * A fault of a policy's text, or a warning.
 *
 * @param line from 1
 * @param column from 1
 * @param sentence what is wrong, and the remedy
 */
public record PolicyError(int line, int column, String sentence)
    implements Comparable<PolicyError> {
  @Override
  public int compareTo(PolicyError other) {
    return line != other.line
        ? Integer.compare(line, other.line)
        : Integer.compare(column, other.column);
  }

  /** {@code line 3 column 7: sentence}. */
  @Override
  public String toString() {
    return "line " + line + " column " + column + ": " + sentence;
  }
}

package org.vtl.service.tor.internal.control;

import java.util.List;

/**
 * One message of Tor's: a reply, or an event (code 650).
 *
 * @param code three digits, of the last line
 * @param lines what follows the code on each line; a line that came with data has them behind it,
 *     after a line feed
 */
public record ControlMessage(int code, List<String> lines) {
  private static final int EVENT = 650;

  boolean isEvent() {
    return code == EVENT;
  }

  /** Whether Tor did what it was asked. */
  public boolean isOk() {
    return code / 100 == 2;
  }

  /** The value of {@code key} in a reply to GETINFO; null if it has none. */
  public String value(String key) {
    for (String line : lines) {
      if (line.startsWith(key + "=")) {
        String value = line.substring(key.length() + 1);
        return value.startsWith("\n") ? value.substring(1) : value;
      }
    }
    return null;
  }
}

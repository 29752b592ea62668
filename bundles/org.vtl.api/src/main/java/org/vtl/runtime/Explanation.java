package org.vtl.runtime;

import java.util.List;

/**
 * Which services would see a connection.
 *
 * @param link the link's name
 * @param description the connection, for people
 * @param connection the existing connection's number, 0 when there is none yet
 * @param stages each service from the VM outward, with whether it sees the connection and why
 */
public record Explanation(String link, String description, long connection, List<Stage> stages) {
  /**
   * One service's part.
   *
   * @param service its name
   * @param priority its distance from the VM
   * @param sees whether packets of the connection pass it
   * @param why in a few words: in chain, left the connection, does not serve this link, ...
   */
  public record Stage(String service, int priority, boolean sees, String why) {}
}

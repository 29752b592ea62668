package org.vtl.bench;

/** Something that stands at one end of a long path, between a host and the line. */
interface PathMiddle extends AutoCloseable {
  /** What this machine lacks for it, in one sentence; empty if nothing. */
  default String missing() {
    return "";
  }

  /** Whether it forwards as a router does, so that the hosts are in networks of their own. */
  default boolean routes() {
    return false;
  }

  /**
   * Starts forwarding in {@code place} and returns when it does.
   *
   * @param inner the device towards the host
   * @param outer the device towards the line
   */
  void start(Namespace place, String inner, String outer);

  @Override
  void close();
}

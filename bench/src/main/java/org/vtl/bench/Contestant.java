package org.vtl.bench;

/**
 * Something that stands between the hosts and forwards. Started once and measured in every round,
 * or started anew for each round if it spins, since it would take a core from the others.
 */
abstract class Contestant implements AutoCloseable {
  private final String name;

  Contestant(String name) {
    this.name = name;
  }

  /** As the tables call it. */
  final String name() {
    return name;
  }

  /** Whether there is a middle between the hosts. */
  boolean hasMiddle() {
    return true;
  }

  /** Whether it keeps a core busy while nothing is to do. */
  boolean spins() {
    return false;
  }

  /** Whether it becomes faster with use, as what runs on Java does. */
  boolean warmsUp() {
    return false;
  }

  /** What the interfaces of hosts and middle must leave undone for it. */
  Offloads offloads() {
    return Offloads.USUAL;
  }

  /** What this machine lacks for it, in one sentence; empty if nothing. */
  String missing() {
    return "";
  }

  /** The process that forwards, for its processor time; 0 if the kernel does. */
  long pid() {
    return 0;
  }

  /**
   * Starts forwarding in the middle of {@code bed}, and returns when it does.
   *
   * @throws BenchException in one sentence, if it cannot
   */
  abstract void start(Testbed bed);

  /** Ends what {@link #start} started, also after that failed. */
  @Override
  public void close() {}
}

package org.vtl.testkit;

import org.vtl.packet.Direction;
import org.vtl.packet.Packet;

/**
 * What a {@link PacketScript} is run against: a tracker, a service, a whole engine. The script
 * knows none of them; it delivers packets, moves the clock and compares what it is told. All calls
 * come from the thread that runs the case.
 */
public interface ScriptTarget {
  /** A case begins: all state is to be as new. {@code run} knows the initial sequence numbers. */
  default void begin(ScriptCase.Run run) {}

  /**
   * A packet arrives, from the VM (OUTBOUND) or from the network (INBOUND), parsed, its checksum
   * {@link org.vtl.packet.ChecksumState#UNVERIFIED} and right unless the script says otherwise.
   *
   * @param packet the script's own; a target that keeps it copies it
   * @param nanos the time now, counted from an arbitrary start
   */
  void deliver(Direction direction, Packet packet, long nanos);

  /** The clock has moved to {@code nanos}: timers due until then run. */
  void advance(long nanos);

  /**
   * What {@code subject} has for {@code key}; the key of {@code = vm ESTABLISHED} is empty, of
   * {@code = vm.window 512} it is {@code window}. Sequence numbers are to be relative ({@link
   * ScriptCase.Run#relative}).
   *
   * @throws IllegalArgumentException if there is no such subject or key
   */
  String value(String subject, String key);

  /**
   * Compares {@link #value} with what the script expects; override for a comparison of your own.
   */
  default void check(String subject, String key, String expected) {
    String actual = value(subject, key);
    if (!ScriptEvent.matches(expected, actual)) {
      String name = key.isEmpty() ? subject : subject + "." + key;
      throw new AssertionError(name + " is " + actual + ", not " + expected);
    }
  }

  /**
   * What became of the packet delivered last: {@code pass}, {@code drop REASON}, or another word
   * the test agreed on with its scripts. A script that names no reason accepts any.
   */
  default String fate() {
    throw new UnsupportedOperationException("This target does not tell the fate of packets.");
  }

  /**
   * The next packet that VTL itself sent in {@code direction} and that no script line has claimed,
   * or null. It may be reused by the next call of any method.
   */
  default Packet emitted(Direction direction) {
    throw new UnsupportedOperationException("This target does not record packets sent.");
  }

  /** The case is over, passed or failed. */
  default void end() {}
}

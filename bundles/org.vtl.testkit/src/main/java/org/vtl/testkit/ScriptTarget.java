package org.vtl.testkit;

import java.util.List;
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
   * The side this target is itself, where it plays one end of the conversation and does not stand
   * between the two: OUTBOUND for the VM. What the script has that side send, the target must have
   * sent, exactly at that time; and before anything else happens, and at the end of the case, no
   * packet may be left that the script does not name. Null: neither.
   */
  default Direction plays() {
    return null;
  }

  /**
   * As {@link #advance}, but stops as soon as a packet was sent that no script line has claimed.
   *
   * @return when it stopped: at most {@code nanos}
   */
  default long advanceUntilSent(long nanos) {
    advance(nanos);
    return nanos;
  }

  /** When the packet that {@link #emitted} returned last was sent. */
  default long emittedNanos() {
    throw new UnsupportedOperationException("This target does not know when packets were sent.");
  }

  /**
   * Does what a line says that is the target's alone: {@code $ WORD ...}, what the application
   * does, or {@code NAME: WORD ...}, a setting. It may have the script do more: {@link
   * ScriptCase.Run#perform(String, ScriptTarget)}.
   *
   * @param words the first is the name
   * @throws IllegalArgumentException if it is not understood
   */
  default void command(ScriptCase.Run run, List<String> words) {
    throw new IllegalArgumentException("This target knows no \"" + words.get(0) + "\".");
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

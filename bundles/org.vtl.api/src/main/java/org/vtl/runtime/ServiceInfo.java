package org.vtl.runtime;

import java.util.List;

/**
 * A service of the pipeline as it is now, or one that is required and absent.
 *
 * @param name its name
 * @param state {@code ACTIVE}, {@code ABSENT} (required, not there), {@code FAILED} (fenced after
 *     throwing), {@code STUCK} (a call does not return) or {@code REFUSED} (its registration is
 *     wrong, or a bundle that failed to start)
 * @param reason why it is not active, in one sentence; empty when it is
 * @param priority distance from the VM
 * @param protocols kinds of traffic it asked for
 * @param links links it serves; empty means all
 * @param requiredBy links that require it
 * @param bundle symbolic name and version of its bundle; empty outside a framework
 * @param pid its configuration's persistent identity; empty outside a framework
 * @param packets packets it has processed
 * @param dropped those it dropped
 * @param taken those it took
 * @param injected those it injected
 * @param failures exceptions it threw
 * @param held packets it holds now
 * @param counters its own counters
 * @param time how long it takes for a packet
 */
public record ServiceInfo(
    String name,
    String state,
    String reason,
    int priority,
    List<String> protocols,
    List<String> links,
    List<String> requiredBy,
    String bundle,
    String pid,
    long packets,
    long dropped,
    long taken,
    long injected,
    long failures,
    int held,
    List<CounterInfo> counters,
    TimePerPacket time) {
  /** A service of which no packet was measured. */
  public ServiceInfo(
      String name,
      String state,
      String reason,
      int priority,
      List<String> protocols,
      List<String> links,
      List<String> requiredBy,
      String bundle,
      String pid,
      long packets,
      long dropped,
      long taken,
      long injected,
      long failures,
      int held,
      List<CounterInfo> counters) {
    this(
        name,
        state,
        reason,
        priority,
        protocols,
        links,
        requiredBy,
        bundle,
        pid,
        packets,
        dropped,
        taken,
        injected,
        failures,
        held,
        counters,
        TimePerPacket.NONE);
  }
}

package org.vtl.core.internal.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.metrics.Reason;
import org.vtl.packet.Malformation;

/**
 * All reasons for drops, the engine's own and the services'. A name keeps its code for as long as
 * the engine runs, so that a successor counts on. Code 0 is no reason. Any thread.
 */
final class Reasons {
  /** Codes there can be, all services together. */
  static final int MAX = 1_024;

  private final NamedReason[] byCode = new NamedReason[MAX];
  private final Map<String, NamedReason> byName = new HashMap<>();
  private volatile int count = 1;

  final Reason requiredAbsent =
      own("required-service-absent", "a service that the link requires was absent or failed");
  final Reason holdFull =
      own("hold-full", "too many packets waited for a required service to come back");
  final Reason holdExpired = own("hold-expired", "a required service did not come back in time");
  final Reason tableFull =
      own("table-full", "the connection table held only established connections");
  final Reason serviceFailed =
      own("service-failed", "a service that the link requires threw an exception");
  final Reason takeRefused = own("take-refused", "a service took more packets than its allowance");
  final Reason unspecified = own("unspecified", "a service dropped the packet without a reason");
  final Reason released = own("released", "a service took the packet and released it");
  final Reason portDown = own("port-down", "the port the packet was to leave by was not open");
  final Reason portFull = own("port-full", "the port the packet was to leave by had no room");
  final Reason poolEmpty = own("pool-empty", "no packet was free to split a large segment into");
  final Reason segmentsTiny =
      own("segments-tiny", "the packet was to be split into more than 1,024 segments");
  final Reason mtuExceeded =
      own(
          "mtu-exceeded",
          "the packet was longer than the MTU of the port it was to leave by, and not to be"
              + " fragmented; its sender was told by ICMP where that is allowed");
  final Reason engineFault = own("engine-fault", "a fault of the engine itself; the log has it");
  final Reason abandoned =
      own("abandoned", "the packet was on its way to a service when another did not return");
  final Reason fragmentUnmatched =
      own(
          "fragment-unmatched",
          "the first fragment of the datagram never came, or its connection is forgotten");
  final Reason fragmentsFull = own("fragments-full", "too many fragments waited for their first");
  final Reason handoverFull =
      own("handover-full", "too many packets of another worker of the link arrived at this one");

  private final Reason[] malformed = new Reason[Malformation.values().length];

  Reasons() {
    for (Malformation why : Malformation.values()) {
      malformed[why.ordinal()] =
          own(
              "malformed-" + why.name().toLowerCase().replace('_', '-'),
              "the frame contradicted itself; the link's key malformed lets such frames pass");
    }
  }

  private Reason own(String name, String description) {
    return declare("core", name, description);
  }

  Reason malformed(Malformation why) {
    return malformed[why.ordinal()];
  }

  /** The reason {@code owner/name}, made if it is new. */
  synchronized Reason declare(String owner, String name, String description) {
    String full = owner + "/" + Names.check("reason", name);
    NamedReason reason = byName.get(full);
    if (reason == null) {
      if (count == MAX) {
        throw new IllegalStateException(
            "Service " + owner + " declares a reason too many: an engine has at most " + MAX + ".");
      }
      reason = new NamedReason(count, full, description);
      byCode[count] = reason;
      byName.put(full, reason);
      count++;
    }
    return reason;
  }

  /** The reason of {@code code}, or null for 0 and codes not given. */
  Reason byCode(int code) {
    return code > 0 && code < MAX ? byCode[code] : null;
  }

  synchronized List<Reason> all() {
    return List.copyOf(byName.values());
  }
}

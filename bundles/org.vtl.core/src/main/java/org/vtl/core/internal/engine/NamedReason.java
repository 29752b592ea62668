package org.vtl.core.internal.engine;

import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;

/** A reason by name; how often it was given is counted by each lane, by code. */
record NamedReason(int code, String name, String description) implements Reason {
  @Override
  public Verdict drop(Packet packet) {
    packet.setReasonCode(code);
    return Verdict.DROP;
  }
}

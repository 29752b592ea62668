package org.vtl.service.tor.internal;

import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;

/** The reason of relays that are not the engine's: unspecified to it. */
record FakeReason(int code) implements Reason {
  @Override
  public String name() {
    return "tcp/relayed";
  }

  @Override
  public String description() {
    return "";
  }

  @Override
  public Verdict drop(Packet packet) {
    return Verdict.DROP;
  }
}

package org.vtl.itests.firewall;

import java.util.List;

/**
 * Packets as they come by a firewall, of one conversation and whatever disturbs it.
 *
 * @param name its category, its number there, and what is special about it
 */
record Trace(String category, String name, List<TracePacket> packets) {
  /** The same without the packet {@code index}. */
  Trace without(int index) {
    List<TracePacket> rest = new java.util.ArrayList<>(packets);
    rest.remove(index);
    return new Trace(category, name, rest);
  }
}

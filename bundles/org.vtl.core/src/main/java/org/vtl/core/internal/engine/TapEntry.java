package org.vtl.core.internal.engine;

import java.util.List;
import org.vtl.service.PacketTap;

/** A registered tap and the links it watches; none means all. */
record TapEntry(PacketTap tap, List<String> links) {
  boolean watches(String link) {
    return links.isEmpty() || links.contains(link);
  }
}

package org.vtl.io.linux.internal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Where the other end of an interface is. */
@Timeout(60)
class NetDeviceTest {
  private static boolean isPeerElsewhere(Namespace here, String name) throws Exception {
    return here.run(
        () -> {
          try (Arena arena = Arena.ofConfined();
              NetDevice device = new NetDevice(name, new Libc(arena), arena)) {
            return device.isPeerElsewhere();
          }
        });
  }

  @Test
  void theOtherEndOfAPairIsHereOrElsewhere() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    try (Namespace here = new Namespace("here");
        Namespace there = new Namespace("there")) {
      here.join("eth1", there, "eth1"); // both have the same number, each in its namespace
      assertTrue(isPeerElsewhere(here, "eth1"));
      assertTrue(isPeerElsewhere(there, "eth1"));
      here.ip("link add one type veth peer name two");
      assertFalse(isPeerElsewhere(here, "one"));
      assertFalse(isPeerElsewhere(here, "two"));
      there.ip("link set eth1 name came netns " + here.path());
      assertFalse(isPeerElsewhere(here, "eth1"), "it came here");
    }
  }

  @Test
  void whatIsNoPairHasNoOtherEnd() throws Exception {
    assumeTrue(Namespace.isAllowed(), "Network namespaces need root.");
    try (Namespace here = new Namespace("here")) {
      assertFalse(isPeerElsewhere(here, "lo"));
      assertFalse(isPeerElsewhere(here, "none"));
    }
  }
}

package org.vtl.web.internal.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.vtl.management.Refusal;
import org.vtl.management.Role;
import org.vtl.web.internal.Providers;
import org.vtl.web.internal.identity.Identity;

class HubTest {
  private static Viewer viewer(String user) {
    Identity identity = new Identity(user, Role.VIEWER, Optional.empty());
    return new Viewer(identity, Set.of("links"), "");
  }

  @Test
  void oneUserDoesNotTakeAllPlaces() {
    try (Hub hub = new Hub(new Providers(() -> null, () -> null, () -> null, () -> null))) {
      Viewer first = viewer("eve");
      hub.add(first);
      for (int i = 1; i < 32; i++) {
        hub.add(viewer("eve"));
      }
      Refusal refusal = assertThrows(Refusal.class, () -> hub.add(viewer("eve")));
      assertEquals(503, refusal.status());
      hub.add(viewer("adam"));
      hub.remove(first);
      hub.add(viewer("eve"));
    }
  }
}

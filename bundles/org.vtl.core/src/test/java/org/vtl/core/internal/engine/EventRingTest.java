package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.core.internal.connection.ConnectionEvent;
import org.vtl.packet.Direction;

/** The oldest events make room for new ones, and what is read is what was added. */
class EventRingTest {
  private final EventRing ring = new EventRing(4);

  private List<EventRing.Entry> read(long connection) {
    List<EventRing.Entry> found = new ArrayList<>();
    ring.read(connection, found);
    return found;
  }

  @Test
  void whatIsReadIsWhatWasAdded() {
    ring.add(7, 100, ConnectionEvent.OPENED, Direction.INBOUND, EventRing.NONE, EventRing.NONE);
    ring.add(8, 150, ConnectionEvent.OPENED, Direction.OUTBOUND, 0, 0);
    ring.add(7, 200, ConnectionEvent.ALL_FROM_KERNEL, null, 63, 1_023);
    assertEquals(
        List.of(
            new EventRing.Entry(
                100, ConnectionEvent.OPENED, Direction.INBOUND, EventRing.NONE, EventRing.NONE),
            new EventRing.Entry(200, ConnectionEvent.ALL_FROM_KERNEL, null, 63, 1_023)),
        read(7));
    assertEquals(List.of(), read(9));
  }

  @Test
  void theOldestMakeRoom() {
    for (int i = 0; i < 6; i++) {
      assertEquals(i == 5, ring.lacks(1), "nothing of 1 or later is lost until 1 is");
      ring.add(i % 2, i, ConnectionEvent.LEFT, null, i, i);
    }
    assertEquals(List.of(2L, 4L), read(0).stream().map(EventRing.Entry::nanos).toList());
    assertEquals(List.of(3, 5), read(1).stream().map(EventRing.Entry::argument).toList());
    assertTrue(ring.lacks(2));
    assertFalse(ring.lacks(3));
  }

  @Test
  void itsRoomIsAPowerOfTwo() {
    assertThrows(IllegalArgumentException.class, () -> new EventRing(6));
  }
}

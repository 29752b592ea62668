package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;
import org.vtl.testkit.Frames;

/** Pages over more connections than a worker looks at in one go. */
class ConnectionSearchTest {
  private static final int MANY = 5_000;
  private final Rig rig = new Rig("connections", 8_192);

  @BeforeEach
  void openMany() {
    for (int i = 0; i < MANY; i++) {
      rig.fromVm(
          Frames.udp()
              .from("10.0.0.1:" + (10_000 + i))
              .to("10.0.0.2:53")
              // Several have the same size, so that their order is decided by their numbers.
              .payload("x".repeat(i * 7 % 100)));
      rig.vm.clear();
      rig.net.clear();
      if (i % 1_000 == 0) {
        rig.pass(1);
      }
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private ConnectionPage page(String filter, String sort, int offset, int limit) {
    return rig.engine.runtime().connections(new ConnectionQuery(filter, sort, offset, limit));
  }

  private static long bytes(ConnectionInfo connection) {
    return connection.vm().bytes() + connection.network().bytes();
  }

  @Test
  void pagesFollowEachOtherInTheOrderAskedFor() {
    for (String sort : List.of("bytes", "-bytes", "id", "-id", "age", "-idle")) {
      List<ConnectionInfo> all = new ArrayList<>();
      for (int offset = 0; offset < MANY; offset += 999) {
        ConnectionPage page = page("", sort, offset, 999);
        assertEquals(MANY, page.total());
        all.addAll(page.connections());
      }
      assertEquals(MANY, all.stream().mapToLong(ConnectionInfo::id).distinct().count(), sort);
      assertEquals(
          page("", sort, 0, MANY).connections().stream().map(ConnectionInfo::id).toList(),
          all.stream().map(ConnectionInfo::id).toList(),
          sort);
    }
    List<Long> sizes =
        page("", "bytes", 0, MANY).connections().stream().map(ConnectionSearchTest::bytes).toList();
    assertEquals(sizes.stream().sorted(Comparator.reverseOrder()).toList(), sizes);
    List<Long> ids =
        page("", "-id", 0, MANY).connections().stream().map(ConnectionInfo::id).toList();
    assertEquals(ids.stream().sorted().toList(), ids);
  }

  @Test
  void aFilterCountsAllThatMatch() {
    assertEquals(1, page("port 14999", "bytes", 0, 10).total());
    ConnectionPage none = page("tcp", "bytes", 0, 10);
    assertEquals(0, none.total());
    assertTrue(none.connections().isEmpty());
    assertTrue(page("", "bytes", MANY, 10).connections().isEmpty());
    assertTrue(page("", "bytes", 0, 0).connections().isEmpty());
    assertEquals(MANY, page("", "bytes", 0, 0).total());
  }

  @Test
  void oneIsFoundByItsNumber() {
    ConnectionInfo last = page("port 14999", "id", 0, 1).connections().getFirst();
    assertEquals(14_999, rig.engine.runtime().connection(last.id()).orElseThrow().vm().port());
    assertFalse(rig.engine.runtime().connection(Long.MAX_VALUE).isPresent());
  }
}

package org.vtl.core.internal.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

/**
 * What a connection takes of the heap, by its fields: with compact object headers (eight bytes) and
 * compressed references (four), as VTL is started.
 */
class ConnectionSizeTest {
  private static final int HEADER = 8;
  private static final int REFERENCE = 4;
  private static final int ALIGNMENT = 8;

  @Test
  void aConnectionTakesAtMost320Bytes() {
    int objects = bytes(TrackedConnection.class) + 2 * bytes(EndpointState.class);
    assertEquals(112 + 2 * 96, objects, "the next field costs eight bytes a connection");
    for (int capacity : new int[] {1_000, 32_768, 50_000, 1_000_000, 1_400_000, 4_000_000}) {
      double table = REFERENCE + 4.0 * ConnectionIndex.entries(capacity) / capacity;
      assertTrue(
          objects + table <= ConnectionTable.CONNECTION_BYTES,
          () -> capacity + " connections take " + (objects + table) + " bytes each");
    }
  }

  @Test
  void whatIsUnusualTakesAtMost64BytesMore() {
    assertEquals(ConnectionTable.RARE_BYTES, bytes(RareState.class));
  }

  private static int bytes(Class<?> type) {
    int bytes = HEADER;
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        bytes += width(field.getType());
      }
    }
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private static int width(Class<?> type) {
    return switch (type.getName()) {
      case "long", "double" -> 8;
      case "int", "float" -> 4;
      case "char", "short" -> 2;
      case "byte", "boolean" -> 1;
      default -> REFERENCE;
    };
  }
}

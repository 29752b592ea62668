package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class SipHashTest {
  /** As the authors' program has it: key 00 01 .. 0f, message 00 01 .. 2f. */
  @Test
  void itIsSipHash24() {
    ByteBuffer bytes = ByteBuffer.allocate(48).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 48; i++) {
      bytes.put(i, (byte) i);
    }
    long hash =
        SipHash.of(
            bytes.getLong(0),
            bytes.getLong(8),
            bytes.getLong(0),
            bytes.getLong(8),
            bytes.getLong(16),
            bytes.getLong(24),
            bytes.getLong(32),
            bytes.getLong(40));
    assertEquals(0xe612a3cb9ecba951L, hash);
  }
}

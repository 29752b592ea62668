package org.vtl.web.internal.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.vtl.management.Refusal;

class BodyTest {
  @Test
  void whatIsAsLongAsItMayBeIsRead() throws IOException {
    byte[] bytes = {1, 2, 3};
    assertArrayEquals(
        bytes, new Body(new ByteArrayInputStream(bytes), 3, 30).readAllBytes(), "to its end");
    Body tooLong = new Body(new ByteArrayInputStream(bytes), 2, 30);
    assertEquals(413, assertThrows(Refusal.class, tooLong::readAllBytes).status());
  }

  @Test
  void whoBreaksOffIsRefusedAndNoFaultOfVtl() {
    InputStream broken =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Early EOF");
          }
        };
    Body body = new Body(broken, 100, 30);
    assertEquals(408, assertThrows(Refusal.class, body::readAllBytes).status());
  }
}

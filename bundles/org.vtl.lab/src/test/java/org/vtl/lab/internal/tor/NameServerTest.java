package org.vtl.lab.internal.tor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameServerTest {
  private static final int NAME_ERROR = 3;

  @ParameterizedTest
  @CsvSource({
    "www.example.org, 1, 198.51.100.10",
    "www.EXAMPLE.org, 28, 2001:db8::10",
    "v4.example.org, 1, 198.51.100.10",
    "v4.example.org, 28,",
    "v6.example.org, 1,",
    "v6.example.org, 28, 2001:db8::10",
    "www.example.org, 16,"
  })
  void knownNamesHaveTheirAddressesOrNone(String name, int type, String address) throws Exception {
    byte[] answer = NameServer.answer(ByteBuffer.wrap(question(name, type)));
    assertEquals(0, answer[3] & 0xf, "no error");
    assertEquals(address == null ? 0 : 1, answer[7]);
    if (address != null) {
      byte[] expected = InetAddress.getByName(address).getAddress();
      assertArrayEquals(
          expected, Arrays.copyOfRange(answer, answer.length - expected.length, answer.length));
    }
  }

  @Test
  void addressesHaveTheirName() {
    byte[] answer = NameServer.answer(ByteBuffer.wrap(question("10.100.51.198.in-addr.arpa", 12)));
    String text = new String(answer, StandardCharsets.US_ASCII);
    assertEquals("\3www\7example\3org\0", text.substring(text.length() - 17));
  }

  @Test
  void otherNamesAreNone() {
    byte[] answer = NameServer.answer(ByteBuffer.wrap(question("example.org", 1)));
    assertEquals(NAME_ERROR, answer[3] & 0xf);
  }

  @Test
  void whateverComesIsSurvived() {
    Random random = new Random(1);
    byte[] question = question("www.example.org", 1);
    for (int length = 0; length < question.length; length++) {
      NameServer.answer(ByteBuffer.wrap(question, 0, length));
    }
    for (int i = 0; i < 10_000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      NameServer.answer(ByteBuffer.wrap(bytes));
    }
  }

  private static byte[] question(String name, int type) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[] {1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String label : name.split("\\.")) {
      bytes.write(label.length());
      bytes.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    bytes.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
    return bytes.toByteArray();
  }
}

package org.vtl.launcher;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of a frame in the making: numbers of four bytes, big endian, and strings in UTF-8. */
final class Payload {
  private byte[] bytes = new byte[64];
  private int length;

  Payload octet(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
    return this;
  }

  Payload number(int value) {
    return octet(value >>> 24).octet(value >>> 16).octet(value >>> 8).octet(value);
  }

  Payload string(String value) {
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    return number(text.length).append(text, text.length);
  }

  Payload append(byte[] more, int count) {
    bytes = Arrays.copyOf(bytes, Math.max(bytes.length, length + count));
    System.arraycopy(more, 0, bytes, length, count);
    length += count;
    return this;
  }

  /** What was appended, and behind it bytes that mean nothing. */
  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }
}

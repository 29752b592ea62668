package org.vtl.service.tor.internal.dns;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A domain name as text in lower case, labels with dots between them, without the last dot; the
 * root is empty. Read into again and again to look others up by; {@link #copy} is one to keep.
 * Names that the guest makes collide are told apart by their order, so none costs more than the
 * logarithm of all.
 */
final class HostName implements Comparable<HostName> {
  /** Characters of the longest name (RFC 1035 section 3.1, without the two ends' lengths). */
  static final int MOST = 253;

  private byte[] bytes;
  private int length;
  private int hash;

  /** An empty name with room for any. */
  HostName() {
    bytes = new byte[MOST];
  }

  /**
   * The name {@code text}, which may end with a dot.
   *
   * @throws IllegalArgumentException if it is too long or not ASCII
   */
  static HostName of(String text) {
    HostName name = new HostName();
    int length = text.endsWith(".") ? text.length() - 1 : text.length();
    if (length > MOST || !StandardCharsets.US_ASCII.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is no domain name; one has " + MOST + " ASCII characters at most.");
    }
    for (int i = 0; i < length; i++) {
      name.append(text.charAt(i));
    }
    return name;
  }

  void clear() {
    length = 0;
    hash = 0;
  }

  /** Adds a character, an upper-case one as its lower case; there must be room. */
  void append(int character) {
    int lower = character >= 'A' && character <= 'Z' ? character + 32 : character;
    bytes[length++] = (byte) lower;
    hash = 31 * hash + lower;
  }

  int length() {
    return length;
  }

  int at(int index) {
    return bytes[index] & 0xff;
  }

  /** Where the last label begins; 0 in a name of one label. */
  int lastLabel() {
    return lastIndexOf('.', length) + 1;
  }

  /** Where the label before the one at {@code label} begins; {@code label} is above 0. */
  int labelBefore(int label) {
    return lastIndexOf('.', label - 1) + 1;
  }

  private int lastIndexOf(int character, int before) {
    int at = before - 1;
    while (at >= 0 && bytes[at] != character) {
      at--;
    }
    return at;
  }

  /** Whether the characters from {@code from} to {@code to} are {@code text}. */
  boolean is(int from, int to, String text) {
    if (to - from != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (bytes[from + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether this is {@code zone} or a name below it. */
  boolean isIn(String zone) {
    int from = length - zone.length();
    return from >= 0 && is(from, length, zone) && (from == 0 || bytes[from - 1] == '.');
  }

  /** This name, to be kept. */
  HostName copy() {
    return new HostName(this);
  }

  private HostName(HostName other) {
    bytes = Arrays.copyOf(other.bytes, other.length);
    length = other.length;
    hash = other.hash;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostName name
        && hash == name.hash
        && Arrays.equals(bytes, 0, length, name.bytes, 0, name.length);
  }

  @Override
  public int compareTo(HostName other) {
    return Arrays.compare(bytes, 0, length, other.bytes, 0, other.length);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.US_ASCII);
  }
}

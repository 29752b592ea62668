package org.vtl.ipfix.internal;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Puts records together into IPFIX messages (RFC 7011 section 3) that fit a packet. For one thread.
 */
final class MessageWriter {
  private static final int VERSION = 10;
  private static final int HEADER = 16;
  private static final int SET_HEADER = 4;
  private static final int TEMPLATE_SET = 2;
  private static final int LENGTH_AT = 2;
  private static final int ENTERPRISE = 0x8000;

  /** The template of connections over IPv4; that over IPv6 is the next. */
  static final int TEMPLATE_IPV4 = 256;

  static final int TEMPLATE_IPV6 = 257;

  private final ByteBuffer buffer;
  private final int domain;
  private final int enterprise;

  /** Records sent in messages before this one (RFC 7011 section 3.1), modulo 2^32. */
  private int sequence;

  private int records;
  private int set;
  private int setAt;

  /**
   * A writer.
   *
   * @param bytes of a message at most
   * @param domain the Observation Domain
   * @param enterprise whose number the reason for drops has
   */
  MessageWriter(int bytes, int domain, int enterprise) {
    buffer = ByteBuffer.allocate(bytes);
    this.domain = domain;
    this.enterprise = enterprise;
    clear();
  }

  private void clear() {
    buffer.clear().position(HEADER);
    records = 0;
    set = 0;
  }

  /** Whether there is nothing in the message. */
  boolean isEmpty() {
    return buffer.position() == HEADER;
  }

  /** The other end knows nothing yet. */
  void restart() {
    clear();
    sequence = 0;
  }

  /** Adds both templates; to an empty message. */
  void templates() {
    begin(TEMPLATE_SET);
    template(TEMPLATE_IPV4, Element.ofConnection(false, enterprise));
    template(TEMPLATE_IPV6, Element.ofConnection(true, enterprise));
    endSet();
  }

  private void template(int id, List<Element> elements) {
    buffer.putShort((short) id).putShort((short) elements.size());
    for (Element element : elements) {
      boolean own = element.enterprise() != 0;
      buffer.putShort((short) (element.number() | (own ? ENTERPRISE : 0)));
      buffer.putShort((short) element.length());
      if (own) {
        buffer.putInt(element.enterprise());
      }
    }
  }

  /** Adds the record of a row; false when the message has no room, and must go first. */
  boolean add(long[] row, int at, String link, String reason) {
    if (buffer.remaining() < SET_HEADER + RecordWriter.longest()) {
      return false;
    }
    boolean six = (row[at + FlowRow.FLAGS] & FlowRow.IPV6) != 0;
    begin(six ? TEMPLATE_IPV6 : TEMPLATE_IPV4);
    RecordWriter.write(buffer, row, at, link, reason);
    records++;
    return true;
  }

  private void begin(int id) {
    if (set != id) {
      endSet();
      set = id;
      setAt = buffer.position();
      buffer.putShort((short) id).putShort((short) 0);
    }
  }

  private void endSet() {
    if (set != 0) {
      buffer.putShort(setAt + LENGTH_AT, (short) (buffer.position() - setAt));
      set = 0;
    }
  }

  /** Records in the message. */
  int records() {
    return records;
  }

  /**
   * The message as a whole; {@link #sent} or {@link #restart} follows.
   *
   * @param seconds the time, since 1970
   */
  ByteBuffer finish(long seconds) {
    endSet();
    buffer.putShort(0, (short) VERSION);
    buffer.putShort(LENGTH_AT, (short) buffer.position());
    buffer.putInt(4, (int) seconds);
    buffer.putInt(8, sequence);
    buffer.putInt(12, domain);
    return buffer.flip();
  }

  /** The message went out: what follows is the next. */
  void sent() {
    sequence += records;
    clear();
  }
}

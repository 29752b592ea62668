package org.vtl.ipfix.internal;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A collector by the letter of RFC 7011: reads messages with nothing but their templates, and fails
 * at every length that does not fit.
 */
final class IpfixReader {
  private static final int ENTERPRISE_BIT = 0x8000;

  private record Field(String name, int length) {}

  private final Map<Integer, List<Field>> templates = new HashMap<>();
  private final List<Map<String, String>> records = new ArrayList<>();
  private int sequence;

  List<Map<String, String>> records() {
    return records;
  }

  int templates() {
    return templates.size();
  }

  void read(byte[] bytes) {
    ByteBuffer message = ByteBuffer.wrap(bytes);
    require(message.getShort() == 10, "the version");
    require((message.getShort() & 0xffff) == bytes.length, "the message's length");
    message.getInt(); // export time
    int number = message.getInt();
    require(number == sequence, "sequence " + number + ", expected " + sequence);
    message.getInt(); // domain
    int before = records.size();
    while (message.hasRemaining()) {
      int set = message.getShort() & 0xffff;
      int length = message.getShort() & 0xffff;
      require(length > 4 && length - 4 <= message.remaining(), "the length of set " + set);
      ByteBuffer body = message.slice(message.position(), length - 4);
      message.position(message.position() + length - 4);
      if (set == 2) {
        readTemplates(body);
      } else {
        require(templates.containsKey(set), "template " + set + " is unknown");
        while (body.hasRemaining()) {
          records.add(record(body, templates.get(set)));
        }
      }
    }
    sequence += records.size() - before;
  }

  private void readTemplates(ByteBuffer body) {
    while (body.hasRemaining()) {
      int id = body.getShort() & 0xffff;
      require(id >= 256, "template " + id);
      List<Field> fields = new ArrayList<>();
      for (int count = body.getShort(); count > 0; count--) {
        int number = body.getShort() & 0xffff;
        int length = body.getShort() & 0xffff;
        String name = Integer.toString(number & ~ENTERPRISE_BIT);
        fields.add(
            new Field((number & ENTERPRISE_BIT) == 0 ? name : body.getInt() + "/" + name, length));
      }
      templates.put(id, fields);
    }
  }

  private static Map<String, String> record(ByteBuffer body, List<Field> fields) {
    Map<String, String> record = new LinkedHashMap<>();
    for (Field field : fields) {
      int length = field.length() == 0xffff ? body.get() & 0xff : field.length();
      byte[] value = new byte[length];
      body.get(value);
      boolean text = field.length() == 0xffff;
      require(
          record.put(
                  field.name(),
                  text
                      ? new String(value, StandardCharsets.UTF_8)
                      : isAddress(field.name()) ? address(value) : number(value))
              == null,
          field + " comes twice");
    }
    return record;
  }

  private static boolean isAddress(String name) {
    return List.of("8", "12", "27", "28", "225", "226", "281", "282").contains(name);
  }

  private static String address(byte[] value) {
    try {
      return InetAddress.getByAddress(value).getHostAddress();
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static String number(byte[] value) {
    long number = 0;
    for (byte octet : value) {
      number = number << 8 | octet & 0xff;
    }
    return Long.toString(number);
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what);
    }
  }
}

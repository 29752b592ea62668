package org.vtl.service.tor.internal.dns;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes questions, and reads answers in another way than the code under test. */
final class DnsMessages {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int additional;

  private DnsMessages() {}

  /** A question of number 0x1234 that desires recursion. */
  static DnsMessages question(String name, int type) {
    DnsMessages message = new DnsMessages();
    message.u16(0x1234, Dns.RECURSION_DESIRED, 1, 0, 0, 0);
    message.name(name);
    return message.u16(type, Dns.CLASS_INTERNET);
  }

  DnsMessages u16(int... values) {
    for (int value : values) {
      bytes.write(value >>> 8);
      bytes.write(value);
    }
    return this;
  }

  DnsMessages name(String name) {
    if (!name.isEmpty()) {
      for (String label : name.split("\\.")) {
        bytes.write(label.length());
        bytes.writeBytes(label.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
      }
    }
    bytes.write(0);
    return this;
  }

  /** EDNS with so many bytes of payload, a version and flags. */
  DnsMessages edns(int payload, int version, int flags) {
    additional++;
    bytes.write(0);
    return u16(Dns.OPT, payload, version, flags, 0);
  }

  byte[] bytes() {
    byte[] message = bytes.toByteArray();
    Dns.setU16(message, 10, additional);
    return message;
  }

  // ---- reading ---------------------------------------------------------------------------------

  /** A record of an answer. */
  record Answered(String section, String owner, int type, int questionClass, int ttl, byte[] data) {
    String text() {
      return switch (type) {
        case Dns.A ->
            (data[0] & 0xff)
                + "."
                + (data[1] & 0xff)
                + "."
                + (data[2] & 0xff)
                + "."
                + (data[3] & 0xff);
        case Dns.PTR -> name(data, new int[] {0});
        default -> Arrays.toString(data);
      };
    }
  }

  /** What is in an answer, all of it; throws if it is not well formed to the last byte. */
  record Message(int id, int code, int flags, String question, int type, List<Answered> records) {
    List<Answered> answers() {
      return records.stream().filter(one -> one.section().equals("answer")).toList();
    }

    /** The only answer, as text. */
    String only() {
      List<Answered> answers = answers();
      if (answers.size() != 1) {
        throw new AssertionError(answers.size() + " answers");
      }
      return answers.getFirst().text();
    }

    Answered edns() {
      return records.stream().filter(one -> one.type() == Dns.OPT).findFirst().orElse(null);
    }
  }

  static Message read(byte[] message, int length) {
    byte[] exact = Arrays.copyOf(message, length);
    int[] at = {Dns.HEADER};
    String question = null;
    int type = 0;
    if (Dns.u16(exact, 4) == 1) {
      question = name(exact, at);
      type = Dns.u16(exact, at[0]);
      at[0] += 4;
    } else if (Dns.u16(exact, 4) != 0) {
      throw new AssertionError("questions: " + Dns.u16(exact, 4));
    }
    List<Answered> records = new ArrayList<>();
    String[] sections = {"answer", "authority", "additional"};
    int code = Dns.u16(exact, 2) & 0xf;
    for (int section = 0; section < 3; section++) {
      for (int i = Dns.u16(exact, 6 + 2 * section); i > 0; i--) {
        String owner = name(exact, at);
        int from = at[0];
        int size = Dns.u16(exact, from + 8);
        byte[] data = Arrays.copyOfRange(exact, from + 10, from + 10 + size);
        int ttl = Dns.u16(exact, from + 4) << 16 | Dns.u16(exact, from + 6);
        Answered record =
            new Answered(
                sections[section],
                owner,
                Dns.u16(exact, from),
                Dns.u16(exact, from + 2),
                ttl,
                data);
        if (record.type() == Dns.OPT) {
          code |= ttl >>> 24 << 4;
        }
        records.add(record);
        at[0] = from + 10 + size;
      }
    }
    if (at[0] != length) {
      throw new AssertionError("The message ends at " + at[0] + " of " + length + " bytes.");
    }
    return new Message(Dns.u16(exact, 0), code, Dns.u16(exact, 2), question, type, records);
  }

  private static String name(byte[] message, int[] at) {
    StringBuilder name = new StringBuilder();
    int from = at[0];
    boolean jumped = false;
    while (true) {
      int label = message[from] & 0xff;
      if (label >= 0xc0) {
        if (!jumped) {
          at[0] = from + 2;
        }
        int target = Dns.u16(message, from) & 0x3fff;
        if (target >= from) {
          throw new AssertionError("A pointer points forward.");
        }
        jumped = true;
        from = target;
      } else if (label == 0) {
        if (!jumped) {
          at[0] = from + 1;
        }
        return name.toString();
      } else {
        if (!name.isEmpty()) {
          name.append('.');
        }
        for (int i = 1; i <= label; i++) {
          name.append((char) (message[from + i] & 0xff));
        }
        from += 1 + label;
      }
    }
  }
}

package org.vtl.service.tor.internal.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.vtl.metrics.Counter;
import org.vtl.packet.Address;
import org.vtl.tcp.policy.Prefix;
import org.vtl.testkit.VirtualClock;

/** A responder, names on a virtual clock, and a Tor that answers when the test does. */
abstract class DnsRig {
  static final int TXT = 16;
  static final int MX = 15;
  static final String ONION = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuv2d.onion";

  final VirtualClock clock = new VirtualClock();
  final Map<String, Long> counts = new HashMap<>();
  final List<Address> asked = new ArrayList<>();
  final List<Consumer<String>> lookups = new ArrayList<>();
  final NameMap names =
      new NameMap(
          new VirtualRange(Prefix.parse("10.192.0.0/10"), Prefix.parse("fd76:746c:746f::/48")),
          100,
          3_600_000_000_000L,
          clock);
  final LinkNames link = link(true);
  final DnsResponder responder = link.responder();
  final byte[] out = new byte[DnsResponder.MOST];

  /** A link of the same names. */
  LinkNames link(boolean ipv6) {
    return new LinkNames(
        names,
        (address, answer) -> {
          asked.add(address);
          lookups.add(answer);
        },
        new DnsCounters(this::counter),
        ipv6,
        60);
  }

  private Counter counter(String name, String description) {
    long[] value = new long[1];
    return new Counter() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String description() {
        return description;
      }

      @Override
      public void add(long amount) {
        value[0] += amount;
        counts.put(name, value[0]);
      }

      @Override
      public long value() {
        return value[0];
      }
    };
  }

  /** What {@code question} is answered, which it must be. */
  DnsMessages.Message ask(DnsMessages question) {
    byte[] bytes = question.bytes();
    int length = responder.answer(bytes, bytes.length, out, false);
    assertTrue(length > 0, "an answer: " + length);
    DnsMessages.Message message = DnsMessages.read(out, length);
    assertEquals(0x1234, message.id());
    assertTrue((message.flags() & Dns.RESPONSE) != 0);
    return message;
  }

  /** What the question for {@code type} of {@code name} is answered. */
  DnsMessages.Message ask(String name, int type) {
    return ask(DnsMessages.question(name, type));
  }

  /** The code that {@code question} is answered with. */
  int code(byte[] question) {
    int length = responder.answer(question, question.length, out, false);
    return DnsMessages.read(out, length).code();
  }

  /** The name whose PTR is asked for {@code address}. */
  static String reverse(Address address) {
    if (address.isIpv4()) {
      int a = address.ipv4();
      return (a & 0xff)
          + "."
          + (a >>> 8 & 0xff)
          + "."
          + (a >>> 16 & 0xff)
          + "."
          + (a >>> 24)
          + ".in-addr.arpa";
    }
    StringBuilder name = new StringBuilder();
    String digits = String.format("%016x%016x", address.high(), address.low());
    for (int i = 31; i >= 0; i--) {
      name.append(digits.charAt(i)).append('.');
    }
    return name + "ip6.arpa";
  }
}

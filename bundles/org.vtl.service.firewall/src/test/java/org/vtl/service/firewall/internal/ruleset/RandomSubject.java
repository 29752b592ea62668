package org.vtl.service.firewall.internal.ruleset;

import java.util.Random;
import org.vtl.packet.Address;
import org.vtl.packet.Direction;

/** Packets drawn at random near the values of {@code RandomPolicy}. */
final class RandomSubject {
  private static final int[] PORTS = {0, 21, 22, 80, 443, 999, 1000, 1500, 2000, 2001, 65_535};
  private static final int[] PROTOCOLS = {6, 17, 1, 58, 132, 47, 0, 255};
  private static final int[] VLANS = {-1, -1, 5, 9, 4095, 0};
  private static final int[] LENGTHS = {40, 60, 100, 101, 1500};
  private static final int[] HOPS = {0, 1, 63, 64, 255};
  private static final int[] ETHER_TYPES = {0x806, 0x88cc, 0x800, 3};
  private static final String[] IPV4 = {
    "10.0.0.1",
    "10.0.0.3",
    "10.0.0.4",
    "10.0.0.9",
    "10.0.0.10",
    "192.0.2.255",
    "0.0.0.0",
    "255.255.255.255",
    "198.51.100.1"
  };
  private static final String[] IPV6 = {
    "2001:db8::1",
    "2001:db8::5",
    "2001:db8::a",
    "2001:db7:ffff::",
    "fe80::1",
    "::",
    "::1",
    "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"
  };

  private final Random random;

  RandomSubject(long seed) {
    random = new Random(seed);
  }

  Subject next() {
    Subject subject = new Subject();
    subject
        .setDirection(Direction.values()[random.nextInt(2)])
        .setOpener(Direction.values()[random.nextInt(2)])
        .setState(State.values()[random.nextInt(5)])
        .setVlan(of(VLANS));
    varying(subject);
    if (random.nextInt(8) == 0) {
      return subject.setEtherType(of(ETHER_TYPES));
    }
    boolean ipv6 = random.nextInt(3) == 0;
    int protocol = of(PROTOCOLS);
    subject.setIp(ipv6, protocol);
    Address source = address(ipv6);
    Address destination = address(ipv6);
    subject.setAddresses(source.high(), source.low(), destination.high(), destination.low());
    boolean fragment = random.nextInt(8) == 0;
    if (!fragment && (protocol == 6 || protocol == 17 || protocol == 132)) {
      subject.setPorts(of(PORTS), of(PORTS));
    }
    varyingTransport(subject, fragment);
    return subject;
  }

  /** Draws anew what packets of one connection differ in. */
  void vary(Subject subject) {
    varying(subject);
    if (subject.isIp()) {
      varyingTransport(subject, false);
    }
  }

  private void varying(Subject subject) {
    subject
        .setMacs(0x0200_0000_0000L + random.nextInt(12), 0x0200_0000_0000L + random.nextInt(12))
        .setLength(of(LENGTHS));
  }

  private void varyingTransport(Subject subject, boolean fragment) {
    subject.setHops(of(HOPS));
    if (fragment) {
      return;
    }
    if (subject.protocol() == 6) {
      subject.setTcpFlags(random.nextInt(256) & (random.nextBoolean() ? 0x17 : 0xff));
    } else if (subject.protocol() == (subject.isIpv6() ? 58 : 1)) {
      subject.setIcmp(random.nextInt(subject.isIpv6() ? 136 : 12), random.nextInt(4));
    }
  }

  private Address address(boolean ipv6) {
    String[] known = ipv6 ? IPV6 : IPV4;
    return Address.parse(known[random.nextInt(known.length)]);
  }

  private int of(int[] values) {
    return values[random.nextInt(values.length)];
  }
}

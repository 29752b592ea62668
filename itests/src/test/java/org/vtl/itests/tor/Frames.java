package org.vtl.itests.tor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Builds frames byte by byte, with sums that are right, and nothing of VTL's own. */
final class Frames {
  static final String VM_MAC = "020000000001";
  static final String NET_MAC = "020000000002";
  static final String BROADCAST = "ffffffffffff";
  static final String VM = "10.10.0.1";
  static final String NET = "10.10.0.2";
  static final String VM6 = "fd10::1";
  static final String NET6 = "fd10::2";
  static final String LINK_LOCAL = "fe80::1";
  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMP = 1;
  static final int ICMP6 = 58;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int HOPS = 64;

  private Frames() {}

  /** An Ethernet frame from the VM. */
  static byte[] ethernet(String to, int type, byte[] payload) {
    return ethernet(to, VM_MAC, type, payload);
  }

  static byte[] ethernet(String to, String from, int type, byte[] payload) {
    return join(hex(to), hex(from), shorts(type), payload);
  }

  static byte[] ipv4(String to, int protocol, byte[] payload) {
    return ipv4(VM, to, protocol, 0, payload);
  }

  /**
   * An IPv4 packet.
   *
   * @param fragment the sixteen bits of flags and offset
   */
  static byte[] ipv4(String from, String to, int protocol, int fragment, byte[] payload) {
    byte[] addresses = join(address(from), address(to));
    byte[] head =
        join(
            shorts(0x4500, 20 + payload.length, 0x1234, fragment),
            new byte[] {HOPS, (byte) protocol, 0, 0},
            addresses);
    put(head, 10, sum(head));
    return join(head, payload);
  }

  static byte[] ipv6(String to, int next, byte[] payload) {
    return ipv6(VM6, to, next, payload);
  }

  static byte[] ipv6(String from, String to, int next, byte[] payload) {
    return join(
        hex("60000000"),
        shorts(payload.length),
        new byte[] {(byte) next, (byte) (to.startsWith("ff") ? 255 : HOPS)},
        address(from),
        address(to),
        payload);
  }

  /** To a host behind the gateway, or on the wire, by IPv4. */
  static byte[] frame4(String mac, byte[] packet) {
    return ethernet(mac, IPV4, packet);
  }

  static byte[] frame6(String mac, byte[] packet) {
    return ethernet(mac, IPV6, packet);
  }

  /** A datagram with its sum over the addresses. */
  static byte[] udp(String from, String to, int source, int destination, byte[] payload) {
    byte[] datagram = join(shorts(source, destination, 8 + payload.length, 0), payload);
    put(datagram, 6, transportSum(from, to, UDP, datagram));
    return datagram;
  }

  /** A segment without options. */
  static byte[] tcp(String from, String to, int port, int flags) {
    byte[] segment = join(shorts(40_000 + port % 1000, port), hex("00001000"), hex("00000000"));
    segment = join(segment, new byte[] {0x50, (byte) flags}, shorts(64_000, 0, 0));
    put(segment, 16, transportSum(from, to, TCP, segment));
    return segment;
  }

  static byte[] icmp(String message) {
    byte[] bytes = hex(message);
    put(bytes, 2, sum(bytes));
    return bytes;
  }

  static byte[] icmp6(String from, String to, byte[] message) {
    byte[] bytes = message.clone();
    put(bytes, 2, transportSum(from, to, ICMP6, bytes));
    return bytes;
  }

  static byte[] arp(int operation, String sender, String targetMac, String target) {
    return join(
        hex("0001080006040000".substring(0, 12)),
        shorts(operation),
        hex(VM_MAC),
        address(sender),
        hex(targetMac),
        address(target));
  }

  private static int transportSum(String from, String to, int protocol, byte[] payload) {
    int sum =
        sum(join(address(from), address(to), shorts(0, protocol, 0, payload.length), payload));
    return sum == 0 ? 0xffff : sum;
  }

  /** RFC 1071. */
  private static int sum(byte[] bytes) {
    long sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += (bytes[i] & 0xffL) << (i % 2 == 0 ? 8 : 0);
    }
    while (sum >> 16 != 0) {
      sum = (sum & 0xffff) + (sum >> 16);
    }
    return (int) ~sum & 0xffff;
  }

  private static void put(byte[] bytes, int offset, int value) {
    ByteBuffer.wrap(bytes).putShort(offset, (short) value);
  }

  static byte[] address(String text) {
    try {
      return InetAddress.getByName(text).getAddress();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  static byte[] shorts(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(2 * values.length);
    for (int value : values) {
      bytes.putShort((short) value);
    }
    return bytes.array();
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }
}

package org.vtl.itests.tor;

import static org.vtl.itests.tor.Frames.BROADCAST;
import static org.vtl.itests.tor.Frames.ICMP;
import static org.vtl.itests.tor.Frames.ICMP6;
import static org.vtl.itests.tor.Frames.LINK_LOCAL;
import static org.vtl.itests.tor.Frames.NET;
import static org.vtl.itests.tor.Frames.NET6;
import static org.vtl.itests.tor.Frames.NET_MAC;
import static org.vtl.itests.tor.Frames.TCP;
import static org.vtl.itests.tor.Frames.UDP;
import static org.vtl.itests.tor.Frames.VM;
import static org.vtl.itests.tor.Frames.VM6;
import static org.vtl.itests.tor.Frames.VM_MAC;
import static org.vtl.itests.tor.Frames.address;
import static org.vtl.itests.tor.Frames.arp;
import static org.vtl.itests.tor.Frames.ethernet;
import static org.vtl.itests.tor.Frames.frame4;
import static org.vtl.itests.tor.Frames.frame6;
import static org.vtl.itests.tor.Frames.hex;
import static org.vtl.itests.tor.Frames.icmp;
import static org.vtl.itests.tor.Frames.icmp6;
import static org.vtl.itests.tor.Frames.ipv4;
import static org.vtl.itests.tor.Frames.ipv6;
import static org.vtl.itests.tor.Frames.join;
import static org.vtl.itests.tor.Frames.shorts;
import static org.vtl.itests.tor.Frames.tcp;
import static org.vtl.itests.tor.Frames.udp;

import java.util.List;

/** The kinds of traffic that a guest may send, each with its frames. */
enum Traffic {
  ARP {
    @Override
    List<byte[]> frames() {
      return List.of(
          ethernet(BROADCAST, ARP_TYPE, arp(1, VM, NOBODY, NET)),
          ethernet(BROADCAST, ARP_TYPE, arp(1, VM, NOBODY, GATEWAY)),
          ethernet(BROADCAST, ARP_TYPE, arp(1, "0.0.0.0", NOBODY, VM)),
          ethernet(BROADCAST, ARP_TYPE, arp(1, VM, NOBODY, VM)),
          ethernet(NET_MAC, ARP_TYPE, arp(2, VM, NET_MAC, NET)));
    }
  },
  NDP {
    @Override
    List<byte[]> frames() {
      return List.of(
          neighbour(LINK_LOCAL, "ff02::1:ff00:2", "8700000000000000", "fe80::2"),
          neighbour("::", "ff02::1:ff00:1", "8700000000000000", LINK_LOCAL),
          neighbour(LINK_LOCAL, "ff02::1", "8800000020000000", LINK_LOCAL),
          multicast6(LINK_LOCAL, "ff02::2", "8500000000000000"),
          multicast6(LINK_LOCAL, "ff02::1", "86000000400000000000000000000000"));
    }
  },
  DHCP {
    @Override
    List<byte[]> frames() {
      byte[] discover = new byte[300];
      System.arraycopy(hex("01010600deadbeef"), 0, discover, 0, 8);
      System.arraycopy(hex(VM_MAC), 0, discover, 28, 6);
      System.arraycopy(hex("6382536335010137030103 06ff"), 0, discover, 236, 13);
      byte[] solicit = hex("01abcdef0001000a00030001" + VM_MAC);
      return List.of(
          frame4(
              BROADCAST,
              ipv4(
                  "0.0.0.0",
                  "255.255.255.255",
                  UDP,
                  0,
                  udp("0.0.0.0", "255.255.255.255", 68, 67, discover))),
          datagram6("ff02::1:2", 546, 547, solicit));
    }
  },
  MDNS {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4("224.0.0.251", 5353, 5353, question("_http._tcp.local")),
          datagram6("ff02::fb", 5353, 5353, question("_http._tcp.local")));
    }
  },
  LLMNR {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4("224.0.0.252", 50_001, 5355, question("wpad")),
          datagram6("ff02::1:3", 50_001, 5355, question("wpad")));
    }
  },
  SSDP {
    @Override
    List<byte[]> frames() {
      byte[] search = "M-SEARCH * HTTP/1.1\r\nMAN: \"ssdp:discover\"\r\n\r\n".getBytes();
      return List.of(
          datagram4("239.255.255.250", 50_002, 1900, search),
          datagram6("ff02::c", 50_002, 1900, search));
    }
  },
  NETBIOS {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4("10.10.0.255", 137, 137, question("CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
          datagram4("10.10.0.255", 138, 138, hex("110a00010a0a0001")));
    }
  },
  IGMP_AND_MLD {
    @Override
    List<byte[]> frames() {
      byte[] report = icmp("220000000000000104000000e00000fb");
      byte[] listener = hex("8f0000000000000104000000ff0200000000000000000000000000fb");
      byte[] hops = join(hex("3a00050200000100"), icmp6(LINK_LOCAL, "ff02::16", listener));
      return List.of(
          frame4("01005e000016", ipv4("224.0.0.22", 2, report)),
          frame6("333300000016", ipv6(LINK_LOCAL, "ff02::16", 0, hops)));
    }
  },
  ICMP_AND_ICMPV6 {
    @Override
    List<byte[]> frames() {
      byte[] echo = hex("8000000000010001" + "00".repeat(16));
      return List.of(
          frame4(NET_MAC, ipv4(NET, ICMP, icmp("0800000000010001" + "00".repeat(16)))),
          frame4(NET_MAC, ipv4(FAR, ICMP, icmp("0800000000010001" + "00".repeat(16)))),
          frame4(NET_MAC, ipv4(NET, ICMP, icmp("0301000000000000" + "00".repeat(28)))),
          frame4(NET_MAC, ipv4(NET, ICMP, icmp("0d00000000010001" + "00".repeat(12)))),
          frame6(NET_MAC, ipv6(NET6, ICMP6, icmp6(VM6, NET6, echo))),
          frame6(NET_MAC, ipv6(FAR6, ICMP6, icmp6(VM6, FAR6, echo))));
    }
  },
  UDP_53 {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4(NET, 50_003, 53, question("www.example.org")),
          datagram4(FAR, 50_004, 53, question("www.example.org")),
          datagram4(FAR, 50_005, 53, hex("ffff")),
          datagram6(FAR6, 50_004, 53, question("www.example.org")));
    }
  },
  UDP_123 {
    @Override
    List<byte[]> frames() {
      byte[] request = hex("23000000" + "00".repeat(44));
      return List.of(datagram4(FAR, 123, 123, request), datagram6(FAR6, 123, 123, request));
    }
  },
  UDP_443 {
    @Override
    List<byte[]> frames() {
      byte[] initial = hex("c000000001080102030405060708" + "00".repeat(1186));
      return List.of(datagram4(FAR, 50_006, 443, initial), datagram6(FAR6, 50_006, 443, initial));
    }
  },
  UDP_OTHER {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4(NET, 50_007, 9, hex("00")),
          datagram4(FAR, 50_007, 3478, hex("000100002112a442")),
          datagram4(FAR, 51_820, 51_820, hex("01000000")),
          datagram6(FAR6, 50_007, 6881, hex("00")));
    }
  },
  TCP_4_AND_6 {
    @Override
    List<byte[]> frames() {
      return List.of(
          segment4(NET, 80, SYN),
          segment4(FAR, 443, SYN),
          segment4(FAR, 25, ACK),
          segment4(FAR, 22, RST),
          segment4(FAR, 23, FIN | ACK),
          segment4(FAR, 24, 0),
          segment6(NET6, 80, SYN),
          segment6(FAR6, 443, SYN),
          segment6(FAR6, 25, ACK));
    }
  },
  DNS_OVER_TLS {
    @Override
    List<byte[]> frames() {
      return List.of(segment4(NET, 853, SYN), segment4(FAR, 853, SYN), segment6(FAR6, 853, SYN));
    }
  },
  FRAGMENTS {
    @Override
    List<byte[]> frames() {
      byte[] first = hex("c3520035002000000000000000000000");
      return List.of(
          frame4(NET_MAC, ipv4(VM, FAR, UDP, 0x2000, first)),
          frame4(NET_MAC, ipv4(VM, FAR, UDP, 2, first)),
          frame4(NET_MAC, ipv4(VM, FAR, TCP, 0x2000, tcp(VM, FAR, 80, SYN))),
          frame6(NET_MAC, ipv6(FAR6, 44, join(hex("1100000100000001"), first))),
          frame6(NET_MAC, ipv6(FAR6, 44, join(hex("1100001000000001"), first))));
    }
  },
  SIX_IN_FOUR {
    @Override
    List<byte[]> frames() {
      byte[] inner = ipv6(FAR6, ICMP6, icmp6(VM6, FAR6, hex("8000000000010001")));
      return List.of(
          frame4(NET_MAC, ipv4("192.88.99.1", 41, inner)), frame4(NET_MAC, ipv4(NET, 41, inner)));
    }
  },
  GRE {
    @Override
    List<byte[]> frames() {
      byte[] inner = join(hex("00000800"), ipv4(FAR, ICMP, icmp("0800000000010001")));
      return List.of(frame4(NET_MAC, ipv4(FAR, 47, inner)), frame6(NET_MAC, ipv6(FAR6, 47, inner)));
    }
  },
  SCTP {
    @Override
    List<byte[]> frames() {
      byte[] init = hex("c35400500000000000000000010000140000000100010000000a000a00000001");
      return List.of(frame4(NET_MAC, ipv4(FAR, 132, init)), frame6(NET_MAC, ipv6(FAR6, 132, init)));
    }
  },
  UNKNOWN_ETHERTYPE {
    @Override
    List<byte[]> frames() {
      byte[] some = new byte[46];
      return List.of(
          ethernet(NET_MAC, 0x88b5, some),
          ethernet(BROADCAST, 0x9000, some),
          ethernet(BROADCAST, 0x0842, some),
          ethernet(NET_MAC, 46, some));
    }
  },
  VLAN_TAGGED {
    @Override
    List<byte[]> frames() {
      byte[] packet = ipv4(FAR, UDP, udp(VM, FAR, 50_008, 53, question("www.example.org")));
      byte[] request = arp(1, VM, NOBODY, NET);
      return List.of(
          ethernet(NET_MAC, 0x8100, join(shorts(5, 0x0800), packet)),
          ethernet(BROADCAST, 0x8100, join(shorts(5, ARP_TYPE), request)),
          ethernet(NET_MAC, 0x8100, join(shorts(0, 0x0800), packet)),
          ethernet(NET_MAC, 0x88a8, join(shorts(6, 0x8100, 5, 0x0800), packet)));
    }
  },
  SPOOFED_SOURCE {
    @Override
    List<byte[]> frames() {
      byte[] other = udp("10.10.0.77", FAR, 50_009, 9, hex("00"));
      byte[] far = udp("192.0.2.1", FAR, 50_009, 9, hex("00"));
      byte[] six = udp("fd10::77", FAR6, 50_009, 9, hex("00"));
      byte[] syn = tcp("192.0.2.1", FAR, 81, SYN);
      return List.of(
          frame4(NET_MAC, ipv4("10.10.0.77", FAR, UDP, 0, other)),
          frame4(NET_MAC, ipv4("192.0.2.1", FAR, UDP, 0, far)),
          frame4(NET_MAC, ipv4("192.0.2.1", FAR, TCP, 0, syn)),
          frame6(NET_MAC, ipv6("fd10::77", FAR6, UDP, six)),
          ethernet(NET_MAC, "020000000077", 0x0800, ipv4("10.10.0.77", FAR, UDP, 0, other)),
          ethernet(BROADCAST, NET_MAC, ARP_TYPE, arp(1, NET, NOBODY, VM)));
    }
  },
  BROADCAST_AND_MULTICAST {
    @Override
    List<byte[]> frames() {
      return List.of(
          datagram4("255.255.255.255", 50_010, 9, hex("00")),
          datagram4("10.10.0.255", 50_010, 9, hex("00")),
          datagram4("239.1.2.3", 50_010, 9, hex("00")),
          datagram4("224.0.0.1", 50_010, 9, hex("00")),
          datagram6("ff02::1", 50_010, 9, hex("00")),
          datagram6("ff05::1:3", 50_010, 9, hex("00")),
          frame4(BROADCAST, ipv4(FAR, UDP, udp(VM, FAR, 50_010, 9, hex("00")))));
    }
  },
  LLDP {
    @Override
    List<byte[]> frames() {
      byte[] chassis = hex("020704" + VM_MAC + "0403055630060200780000");
      return List.of(
          ethernet("0180c200000e", 0x88cc, chassis),
          ethernet("0180c2000000", 39, hex("424203000000000080" + "00".repeat(30))),
          ethernet("0180c2000003", 0x888e, hex("01010000")),
          ethernet("01000ccccccc", 20, hex("aaaa0300000c2000" + "00".repeat(12))));
    }
  };

  private static final String FAR = "203.0.113.9";
  private static final String FAR6 = "2001:db8:ffff::9";
  private static final String GATEWAY = "10.10.0.254";
  private static final String NOBODY = "000000000000";
  private static final int ARP_TYPE = 0x0806;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int ACK = 16;
  private static final int FIN = 1;

  /** The frames of this kind, from the VM, each without the marker at its end. */
  abstract List<byte[]> frames();

  private static byte[] datagram4(String to, int source, int destination, byte[] payload) {
    return frame4(mac(to), ipv4(to, UDP, udp(VM, to, source, destination, payload)));
  }

  private static byte[] datagram6(String to, int source, int destination, byte[] payload) {
    String from = to.startsWith("ff02") ? LINK_LOCAL : VM6;
    return frame6(mac(to), ipv6(from, to, UDP, udp(from, to, source, destination, payload)));
  }

  private static byte[] segment4(String to, int port, int flags) {
    return frame4(NET_MAC, ipv4(to, TCP, tcp(VM, to, port, flags)));
  }

  private static byte[] segment6(String to, int port, int flags) {
    return frame6(NET_MAC, ipv6(to, TCP, tcp(VM6, to, port, flags)));
  }

  private static byte[] neighbour(String from, String to, String head, String target) {
    byte[] message = join(hex(head), address(target));
    return frame6(mac(to), ipv6(from, to, ICMP6, icmp6(from, to, message)));
  }

  private static byte[] multicast6(String from, String to, String message) {
    return frame6(mac(to), ipv6(from, to, ICMP6, icmp6(from, to, hex(message))));
  }

  /** RFC 1112, section 6.4, and RFC 2464, section 7. */
  private static String mac(String to) {
    byte[] address = address(to);
    int last = address.length - 1;
    if (address.length == 16 && to.startsWith("ff")) {
      return "3333%02x%02x%02x%02x"
          .formatted(address[last - 3], address[last - 2], address[last - 1], address[last]);
    }
    if (address.length == 4 && (address[0] & 0xf0) == 0xe0) {
      return "01005e%02x%02x%02x".formatted(address[1] & 0x7f, address[2], address[3]);
    }
    return to.endsWith(".255") ? BROADCAST : NET_MAC;
  }

  /** A DNS question for an address (RFC 1035, section 4.1). */
  private static byte[] question(String name) {
    byte[] all = hex("123401000001000000000000");
    for (String label : name.split("\\.")) {
      all = join(all, new byte[] {(byte) label.length()}, label.getBytes());
    }
    return join(all, hex("0000010001"));
  }
}

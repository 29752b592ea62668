package org.vtl.service.firewall.internal.policy;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The names that numbers have, by the kind of the value: those of nft, ports of IANA. */
final class Names {
  private static final Map<Kind, String> TABLE =
      Map.ofEntries(
          Map.entry(
              Kind.PORT,
              "echo 7 discard 9 daytime 13 ftp-data 20 ftp 21 ssh 22 telnet 23 smtp 25 time 37"
                  + " domain 53 bootps 67 bootpc 68 tftp 69 http 80 kerberos 88 pop3 110"
                  + " sunrpc 111 ntp 123 netbios-ns 137 netbios-dgm 138 netbios-ssn 139 imap2 143"
                  + " snmp 161 snmp-trap 162 bgp 179 ldap 389 https 443 microsoft-ds 445"
                  + " submissions 465 isakmp 500 syslog 514 submission 587 ldaps 636 domain-s 853"
                  + " rsync 873 imaps 993 pop3s 995 openvpn 1194 ms-sql-s 1433 nfs 2049 git 9418"
                  + " mysql 3306 ms-wbt-server 3389 iscsi-target 3260 ipsec-nat-t 4500 sip 5060"
                  + " sips 5061 mdns 5353 postgresql 5432 amqp 5672 vnc 5900 x11 6000 redis 6379"
                  + " http-alt 8080 mqtt 1883 wireguard 51820"),
          Map.entry(
              Kind.PROTOCOL,
              "icmp 1 igmp 2 ipencap 4 tcp 6 udp 17 dccp 33 ipv6 41 ipv6-route 43 ipv6-frag 44"
                  + " gre 47 esp 50 ah 51 ipv6-icmp 58 icmpv6 58 ipv6-nonxt 59 ipv6-opts 60"
                  + " ospf 89 pim 103 vrrp 112 sctp 132 udplite 136"),
          Map.entry(
              Kind.ETHER_TYPE,
              "ip 0x0800 arp 0x0806 vlan 0x8100 ip6 0x86dd 8021q 0x8100 8021ad 0x88a8 lldp 0x88cc"),
          Map.entry(
              Kind.ICMP_TYPE,
              "echo-reply 0 destination-unreachable 3 source-quench 4 redirect 5 echo-request 8"
                  + " router-advertisement 9 router-solicitation 10 time-exceeded 11"
                  + " parameter-problem 12 timestamp-request 13 timestamp-reply 14 info-request 15"
                  + " info-reply 16 address-mask-request 17 address-mask-reply 18"),
          Map.entry(
              Kind.ICMP_CODE,
              "net-unreachable 0 host-unreachable 1 prot-unreachable 2 port-unreachable 3"
                  + " frag-needed 4 net-prohibited 9 host-prohibited 10 admin-prohibited 13"),
          Map.entry(
              Kind.ICMPV6_TYPE,
              "destination-unreachable 1 packet-too-big 2 time-exceeded 3 parameter-problem 4"
                  + " echo-request 128 echo-reply 129 mld-listener-query 130"
                  + " mld-listener-report 131 mld-listener-done 132 mld-listener-reduction 132"
                  + " nd-router-solicit 133 nd-router-advert 134 nd-neighbor-solicit 135"
                  + " nd-neighbor-advert 136 nd-redirect 137 router-renumbering 138"
                  + " ind-neighbor-solicit 141 ind-neighbor-advert 142 mld2-listener-report 143"),
          Map.entry(
              Kind.ICMPV6_CODE,
              "no-route 0 admin-prohibited 1 addr-unreachable 3 port-unreachable 4 policy-fail 5"
                  + " reject-route 6"),
          Map.entry(Kind.STATE, "new 0 established 1 related 2 invalid 3 untracked 4"),
          Map.entry(Kind.CONNECTION_DIRECTION, "original 0 reply 1"),
          Map.entry(Kind.FAMILY, "ipv4 0 ipv6 1"));

  /** Reading one kind's names and numbers at a time keeps the table legible. */
  private static final Map<Kind, Map<String, Integer>> NUMBERS = new HashMap<>();

  private static final Map<Kind, Map<Integer, String>> NAMES = new HashMap<>();

  static {
    TABLE.forEach(
        (kind, line) -> {
          Map<String, Integer> numbers = new LinkedHashMap<>();
          Map<Integer, String> names = new HashMap<>();
          String[] words = line.split(" ");
          for (int i = 0; i < words.length; i += 2) {
            int number = Integer.decode(words[i + 1]);
            numbers.put(words[i], number);
            names.putIfAbsent(number, words[i]);
          }
          NUMBERS.put(kind, numbers);
          NAMES.put(kind, names);
        });
  }

  private Names() {}

  /** The number called {@code name}, or -1. */
  static int number(Kind kind, String name) {
    return NUMBERS.getOrDefault(kind, Map.of()).getOrDefault(name, -1);
  }

  /** The first name of {@code number}, or null. */
  static String name(Kind kind, long number) {
    return number > Integer.MAX_VALUE || number < 0
        ? null
        : NAMES.getOrDefault(kind, Map.of()).get((int) number);
  }

  /** All names of {@code kind}. */
  static Set<String> all(Kind kind) {
    return NUMBERS.getOrDefault(kind, Map.of()).keySet();
  }
}

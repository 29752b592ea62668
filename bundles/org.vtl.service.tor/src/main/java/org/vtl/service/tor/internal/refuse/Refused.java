package org.vtl.service.tor.internal.refuse;

/** What is refused, each counted by itself. */
public enum Refused {
  MALFORMED("malformed", "A frame that contradicts itself."),
  ETHER_TYPE("ether-type", "A frame of a protocol that is not IP: LLDP, spanning tree, any other."),
  FRAGMENT("fragment", "A fragment: VTL puts none together for the guest."),
  GROUP("group", "Multicast or broadcast: mDNS, SSDP, NetBIOS, IGMP, MLD, any other."),
  NO_SENDER("no-sender", "IP of an unspecified, loopback or multicast source."),
  UDP("udp", "UDP that is not DNS: Tor carries TCP alone."),
  ECHO("echo", "An echo request, which Tor does not carry."),
  ECHO_ANSWERED("echo-answered", "An echo request that VTL itself has answered."),
  ICMP("icmp", "ICMP that is no echo request."),
  SEGMENT("segment", "A TCP segment of no connection that VTL knows."),
  NAME_UNKNOWN("name-unknown", "A SYN to a virtual address that stands for no name any more."),
  LOCAL("local", "A SYN to a private or local address, which no exit should be asked for."),
  NO_TOR("no-tor", "A SYN while Tor is known not to run."),
  PROTOCOL("protocol", "An IP protocol that is neither TCP nor UDP: GRE, SCTP, 6in4, any other."),
  INBOUND("inbound", "A frame of the network: nothing of it reaches the guest.");

  /** The reason's name. */
  final String title;

  final String description;

  Refused(String title, String description) {
    this.title = "refused-" + title;
    this.description = description;
  }
}

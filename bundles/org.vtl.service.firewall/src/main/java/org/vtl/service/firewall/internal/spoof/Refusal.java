package org.vtl.service.firewall.internal.spoof;

/** Why a packet is refused before the rules are asked: each is a reason with a counter. */
enum Refusal {
  MALFORMED("malformed", "The frame contradicts itself, so it cannot be judged."),
  HIDDEN("hidden-packet", "IP or ARP inside LLC/SNAP or behind more than two VLAN tags."),
  MAC("spoofed-mac", "The source MAC address is not the VM's."),
  SOURCE("spoofed-source", "The IP source address is not the VM's."),
  ARP("spoofed-arp", "An ARP packet of the VM speaks for an address that is not the VM's."),
  NEIGHBOR("spoofed-neighbor", "A Neighbor Discovery message that is forged or not to be trusted."),
  ROUTER("rogue-router", "The VM acts as a router: an advertisement or a redirect."),
  DHCP("rogue-dhcp", "The VM acts as a DHCP server."),
  OWN("own-source", "A frame from the network has the VM's own MAC or IP address as its source."),
  IMPOSSIBLE(
      "impossible-source", "The source is a multicast, broadcast, loopback or mapped address."),
  UNSPECIFIED("unspecified-source", "No source address, but neither DHCP nor duplicate detection."),
  ROUTE("source-route", "The packet names its own route, or its options cannot be read."),
  FRAGMENT_SHAPE("fragment-shape", "A fragment of a length or place that no datagram has."),
  FRAGMENT_OVERLAP("fragment-overlap", "A fragment overlaps another of its datagram."),
  FRAGMENT_DUPLICATE("fragment-duplicate", "A fragment repeats what its datagram has already."),
  FRAGMENT_PIECES("fragment-pieces", "A datagram in too many pieces."),
  FRAGMENT_UNMATCHED("fragment-unmatched", "A fragment whose first is not known (any more)."),
  FRAGMENT_REFUSED("fragment-refused", "A fragment of a datagram that was refused.");

  /** The reason's name. */
  final String title;

  final String description;

  Refusal(String title, String description) {
    this.title = title;
    this.description = description;
  }
}

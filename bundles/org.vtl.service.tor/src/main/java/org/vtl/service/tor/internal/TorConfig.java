package org.vtl.service.tor.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.osgi.service.metatype.annotations.Option;

/** The configuration of {@link TorService}. */
@ObjectClassDefinition(
    id = "org.vtl.service.tor",
    name = "VTL Tor",
    description =
        "Carries a VM through Tor. A link that requires tor and tor-guard lets nothing pass beside"
            + " it.")
@interface TorConfig {
  // ---- Tor -------------------------------------------------------------------------------------

  @AttributeDefinition(
      name = "Manage",
      description =
          "Whether VTL runs a Tor of its own. False: one that runs already, whose ports socks and"
              + " control name.")
  boolean manage() default true;

  @AttributeDefinition(
      name = "Tor program",
      description = "With manage: Tor's program, a name looked for on PATH or a path.")
  String tor_program() default "tor";

  @AttributeDefinition(
      name = "Tor directory",
      description =
          "With manage: where Tor keeps its state, an absolute path. Empty: tor in VTL's data.")
  String tor_directory() default "";

  @AttributeDefinition(
      name = "Tor user",
      description =
          "With manage: as whom Tor runs, where VTL is root and that user exists. Empty: as VTL.")
  String tor_user() default "debian-tor";

  @AttributeDefinition(
      name = "Tor options",
      description = "With manage: lines for Tor's torrc, such as UseBridges 1.")
  String[] tor_options() default {};

  @AttributeDefinition(
      name = "SOCKS",
      description = "Without manage: Tor's SOCKS port, ADDRESS:PORT or unix:PATH.")
  String socks() default "127.0.0.1:9050";

  @AttributeDefinition(
      name = "SOCKS version",
      description = "Which SOCKS is spoken.",
      options = {@Option(label = "SOCKS5", value = "5"), @Option(label = "SOCKS4a", value = "4a")})
  String socks_version() default "5";

  @AttributeDefinition(
      name = "Control",
      description =
          "Without manage: Tor's control port, ADDRESS:PORT or unix:PATH. Empty: Tor is not asked"
              + " how it fares.")
  String control() default "";

  @AttributeDefinition(
      name = "Control cookie",
      description = "Without manage: the file of Tor's control cookie. Empty: where Tor says.")
  String control_cookie() default "";

  // ---- streams ---------------------------------------------------------------------------------

  @AttributeDefinition(
      name = "Isolation",
      description = "Which streams may share a circuit: those that are alike in all that is named.",
      options = {
        @Option(label = "the VM's", value = "vm"),
        @Option(label = "the VM's to one destination", value = "destination"),
        @Option(label = "none", value = "connection"),
        @Option(label = "all, and no credentials are sent", value = "none")
      })
  String isolation() default "vm";

  @AttributeDefinition(
      name = "Optimistic",
      description =
          "Whether the VM is answered at once and its data is sent before Tor has connected: a"
              + " round trip less, and a destination that refuses is a reset instead.")
  boolean optimistic() default false;

  @AttributeDefinition(
      name = "Connect timeout seconds",
      description = "Seconds that Tor has for a stream.",
      min = "1",
      max = "600")
  int connect_timeout_seconds() default 120;

  @AttributeDefinition(
      name = "Private destinations",
      description =
          "Whether Tor is also asked for private, loopback and other addresses that no exit"
              + " should reach.")
  boolean private_destinations() default false;

  @AttributeDefinition(
      name = "Buffer bytes",
      description = "What one connection may hold for the VM, and as much for Tor, in bytes.",
      min = "65536",
      max = "1073741824")
  long buffer_bytes() default 4194304;

  // ---- the VM's neighborhood -------------------------------------------------------------------

  @AttributeDefinition(
      name = "MAC",
      description =
          "The MAC address that every next hop of the VM has. Empty: made from the link's name.")
  String mac() default "";

  @AttributeDefinition(
      name = "Addresses",
      description =
          "Whether a VM that asks for an address, a gateway and a DNS server gets them: by DHCP and"
              + " by router advertisements.")
  boolean addresses() default false;

  @AttributeDefinition(
      name = "Addresses IPv4",
      description = "With addresses: the VM's network of 8 to 29 bits; its first address is VTL's.")
  String addresses_ipv4() default "10.152.152.0/24";

  @AttributeDefinition(
      name = "Addresses IPv6",
      description = "With addresses: the VM's prefix of 64 bits; its first address is VTL's.")
  String addresses_ipv6() default "fd76:746c:6775:6573::/64";

  @AttributeDefinition(
      name = "Addresses seconds",
      description = "With addresses: seconds until the VM asks again for its IPv4 address.",
      min = "60",
      max = "86400")
  int addresses_seconds() default 3600;

  @AttributeDefinition(
      name = "IPv6",
      description =
          "Whether names have IPv6 addresses, too; a VM without IPv6 only loses time with them.")
  boolean ipv6() default true;

  // ---- names -----------------------------------------------------------------------------------

  @AttributeDefinition(
      name = "Names IPv4",
      description = "The IPv4 range whose addresses stand for names; the VM must not use it.")
  String names_ipv4() default "10.192.0.0/10";

  @AttributeDefinition(
      name = "Names IPv6",
      description = "The IPv6 range whose addresses stand for names.")
  String names_ipv6() default "fd76:746c:746f::/48";

  @AttributeDefinition(
      name = "Names most",
      description = "Names that have an address at once, of each link.",
      min = "16",
      max = "1000000")
  int names_most() default 65536;

  @AttributeDefinition(
      name = "Names seconds",
      description = "Seconds that the VM may remember an address (TTL).",
      min = "1",
      max = "86400")
  int names_seconds() default 60;

  @AttributeDefinition(
      name = "Names hours",
      description = "Hours without use after which a name's address is forgotten.",
      min = "1",
      max = "8760")
  int names_hours() default 24;

  // ---- the rest --------------------------------------------------------------------------------

  @AttributeDefinition(
      name = "Refuse",
      description = "How the VM is told that something does not go through Tor.",
      options = {
        @Option(label = "by ICMP and RST", value = "reject"),
        @Option(label = "not at all", value = "silent")
      })
  String refuse() default "reject";

  @AttributeDefinition(
      name = "Refusals per second",
      description = "Refusals told to a VM in a second; what is more is dropped in silence.",
      min = "1",
      max = "1000000")
  int refuse_rate() default 1000;

  @AttributeDefinition(
      name = "Echo",
      description =
          "Whether VTL answers the VM's ICMP echo requests itself; that says nothing of the host.")
  boolean echo() default false;
}

package org.vtl.service.firewall.internal.spoof;

/** How it is known that an address is a VM's. */
public enum Origin {
  /** A line of the policy says so. */
  TOLD,
  /** An operator's command says so. */
  COMMAND,
  /** A DHCP or DHCPv6 server gave it to the VM. */
  DHCP,
  /** The VM used it, and it lies inside a prefix that a router announced. */
  PREFIX,
  /** The VM was the first to use it. */
  FIRST_USE
}

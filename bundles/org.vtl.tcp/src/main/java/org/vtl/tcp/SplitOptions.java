package org.vtl.tcp;

/**
 * How a connection is split.
 *
 * @param owner whose relay it is, for {@link TcpRelays#leaveAll} and people: the service's name
 * @param vmSide how VTL speaks to the VM
 * @param networkSide how VTL speaks to the peer
 */
public record SplitOptions(String owner, SideOptions vmSide, SideOptions networkSide) {}

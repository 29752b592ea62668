package org.vtl.tcp;

/**
 * Whose data is acknowledged locally, and how it is repeated. A direction whose side is null passes
 * as it is.
 *
 * @param owner whose relay it is, for {@link TcpRelays#leaveAll} and people: the service's name
 * @param vmData how VTL sends the VM's data to the peer; null leaves it to the VM
 * @param networkData how VTL sends the peer's data to the VM; null leaves it to the peer
 */
public record LocalAcknowledgmentOptions(
    String owner, SideOptions vmData, SideOptions networkData) {}

package org.vtl.connection;

/**
 * What names a conversation: addresses as two 64-bit halves (IPv4 mapped into ::ffff:0:0/96), ports
 * (an ICMP echo's identifier stands in both, and where both ends ask with the same one, the key
 * names either conversation), IP protocol, VLAN. {@code vm} is the VM's side.
 *
 * @param vlan {@link org.vtl.packet.Packet#vlanKey}, 0 without a tag
 */
public record ConnectionKey(
    int protocol,
    long vmHigh,
    long vmLow,
    int vmPort,
    long networkHigh,
    long networkLow,
    int networkPort,
    int vlan) {}

package org.vtl.service.tor.internal.dns;

import org.vtl.packet.Address;

/**
 * A name and the two addresses that stand for it, for people.
 *
 * @param name in lower case, without a last dot
 * @param ipv4 its address of the virtual IPv4 range
 * @param ipv6 its address of the virtual IPv6 range
 * @param connections how many connections hold it
 * @param idleSeconds since it was last asked for or let go
 */
public record Mapping(String name, Address ipv4, Address ipv6, int connections, long idleSeconds) {}

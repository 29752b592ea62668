package org.vtl.runtime;

/**
 * Which connections to list, and how.
 *
 * @param filter words joined by "and": {@code link NAME}, {@code host ADDRESS}, {@code port N},
 *     {@code tcp|udp|icmp|ipv4|ipv6}, {@code state STATE}, {@code service NAME}, {@code vlan N};
 *     each may follow {@code not}; empty means all
 * @param sort {@code bytes}, {@code packets}, {@code age}, {@code idle} or {@code id}, the largest
 *     first; a leading {@code -} turns it around
 * @param offset how many of the sorted to skip
 * @param limit how many to return at most
 */
public record ConnectionQuery(String filter, String sort, int offset, int limit) {}

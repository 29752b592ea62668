package org.vtl.service.firewall.internal.policy;

/**
 * A set that rules share.
 *
 * @param name without the {@code @}
 * @param kind what its elements are, found from them
 */
public record NamedSet(String name, Kind kind, Values values) {}

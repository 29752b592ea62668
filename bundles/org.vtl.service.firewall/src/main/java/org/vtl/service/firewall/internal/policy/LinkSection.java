package org.vtl.service.firewall.internal.policy;

/**
 * What the policy says of one link alone, besides its rules; several sections of a link are one.
 *
 * @param name the link's, as in {@code etc/org.vtl.link~NAME}
 */
public record LinkSection(String name, Settings settings, Addresses addresses) {}

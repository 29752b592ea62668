package org.vtl.runtime;

import java.util.List;

/**
 * A connection as it was when asked.
 *
 * @param id its number
 * @param link the link's name
 * @param worker which of the link's workers has it, from 0 up
 * @param protocol {@code tcp}, {@code udp}, {@code icmp}, {@code icmpv6} or the IP protocol's
 *     number
 * @param vlan VLAN identifier, -1 without
 * @param vm the VM's end
 * @param network the peer's end
 * @param opener {@code OUTBOUND} or {@code INBOUND}
 * @param midstream whether it was picked up midway
 * @param established whether both ends have answered
 * @param ageSeconds since its first packet
 * @param idleSeconds since its last packet
 * @param chain names of the services in its chain, from the VM outward
 * @param left names of services that left it
 * @param invalid packets that did not fit the model
 * @param path who carries its packets now: {@code kernel} or {@code vtl}
 */
public record ConnectionInfo(
    long id,
    String link,
    int worker,
    String protocol,
    int vlan,
    EndpointInfo vm,
    EndpointInfo network,
    String opener,
    boolean midstream,
    boolean established,
    double ageSeconds,
    double idleSeconds,
    List<String> chain,
    List<String> left,
    long invalid,
    String path) {}

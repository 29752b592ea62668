package org.vtl.runtime;

import org.vtl.port.PortStatistics;

/**
 * A link's port as it is now. Where the link has several workers, all their ports together: the
 * state of one that is not open, if there is one, and the sums of their counts.
 *
 * @param address its address as configured
 * @param link the link's name
 * @param side {@code vm} or {@code network}
 * @param state {@code OPEN}, {@code WAITING} (no provider, or not to be opened now; retried),
 *     {@code EXHAUSTED} (a file read to its end) or {@code CLOSED}
 * @param reason why it is not open, or what keeps an open one from passing frames, in one sentence;
 *     empty when nothing does
 * @param offloads what it can transmit unaided, for people: {@code checksum,tcp,udp} or {@code
 *     none}
 * @param mtu bytes, 0 while not open
 * @param openings how often it was opened; of several workers' ports the one opened most often
 * @param statistics counts since it was last opened
 */
public record PortInfo(
    String address,
    String link,
    String side,
    String state,
    String reason,
    String offloads,
    int mtu,
    long openings,
    PortStatistics statistics) {}

package org.vtl.port;

/**
 * What a port has counted since it was opened.
 *
 * @param receivedFrames frames polled
 * @param receivedBytes their bytes
 * @param transmittedFrames frames handed to the system
 * @param transmittedBytes their bytes
 * @param missedFrames arrived, but the system's queue was full before VTL polled
 * @param refusedFrames that the system would not transmit (too long, interface down)
 */
public record PortStatistics(
    long receivedFrames,
    long receivedBytes,
    long transmittedFrames,
    long transmittedBytes,
    long missedFrames,
    long refusedFrames) {}

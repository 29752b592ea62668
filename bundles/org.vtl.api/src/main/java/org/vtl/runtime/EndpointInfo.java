package org.vtl.runtime;

/** One end of a connection, for people: see {@link org.vtl.connection.Endpoint} for each value. */
public record EndpointInfo(
    String address,
    int port,
    String mac,
    String state,
    int timeToLive,
    long initialSequence,
    long next,
    long delivered,
    long unacknowledged,
    long window,
    int windowScale,
    int maximumSegmentSize,
    boolean sackPermitted,
    boolean timestamps,
    boolean finished,
    long packets,
    long bytes) {}

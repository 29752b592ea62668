package org.vtl.service.capture.internal;

/**
 * A capture as it is now.
 *
 * @param state RUNNING, PAUSED, FULL, STOPPED, or FAILED when it could not start
 * @param reason why it does not write, in one sentence; empty when it does
 * @param packets written
 * @param bytes written
 * @param lost packets that found the buffer full, or came during a pause
 * @param pauses how often it paused for want of disk space
 * @param configured whether a configuration asked for it
 */
record CaptureStatus(
    String name,
    String state,
    String reason,
    String link,
    String stage,
    String filter,
    String file,
    long packets,
    long bytes,
    long lost,
    long pauses,
    boolean configured) {}

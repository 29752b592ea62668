package org.vtl.service.tor.internal;

import java.time.Instant;

/**
 * A stream as people see it.
 *
 * @param connection the connection's number
 * @param link its link
 * @param vm the VM's address and port
 * @param target where it goes: a name or an address, and a port
 * @param state open, established, close or error
 * @param circuit Tor's circuits that carry the VM's streams to there: one, unless {@code isolation}
 *     keeps such streams apart; empty if that is not known
 * @param opened when the VM asked for it; null if a predecessor opened it
 * @param toTor bytes that have gone to Tor
 * @param fromTor bytes that came from Tor
 * @param failure why it failed, in one sentence; empty if it did not
 */
public record StreamInfo(
    long connection,
    String link,
    String vm,
    String target,
    String state,
    String circuit,
    Instant opened,
    long toTor,
    long fromTor,
    String failure) {}

package org.vtl.service.tor.internal.dns;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What all who answer one link's questions share: its names, the way to Tor, and how they answer.
 * Any thread.
 */
public final class LinkNames {
  /** Reverse lookups that wait for Tor at once. */
  static final int MOST_LOOKUPS = 32;

  private final NameMap names;
  private final ReverseLookup reverse;
  private final DnsCounters counters;
  private final boolean ipv6;
  private final int seconds;
  private final AtomicInteger lookups = new AtomicInteger();

  /**
   * @param ipv6 whether names have IPv6 addresses
   * @param seconds how long the guest may remember an address, 1 to 86,400
   */
  public LinkNames(
      NameMap names, ReverseLookup reverse, DnsCounters counters, boolean ipv6, int seconds) {
    this.names = names;
    this.reverse = reverse;
    this.counters = counters;
    this.ipv6 = ipv6;
    this.seconds = seconds;
  }

  /** Answers for one thread. */
  public DnsResponder responder() {
    return new DnsResponder(this);
  }

  public NameMap names() {
    return names;
  }

  ReverseLookup reverse() {
    return reverse;
  }

  DnsCounters counters() {
    return counters;
  }

  boolean isIpv6() {
    return ipv6;
  }

  int seconds() {
    return seconds;
  }

  /** Whether one more lookup may begin; then {@link #lookedUp} ends it. */
  boolean lookUp() {
    if (lookups.incrementAndGet() > MOST_LOOKUPS) {
      lookups.decrementAndGet();
      return false;
    }
    return true;
  }

  void lookedUp() {
    lookups.decrementAndGet();
  }
}

package org.vtl.service.firewall.internal.ruleset;

/** Token buckets and counts of connections, by rule and by address; bounded. Any thread. */
public final class Limits {
  Limits() {}
}

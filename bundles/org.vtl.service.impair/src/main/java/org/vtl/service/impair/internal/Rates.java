package org.vtl.service.impair.internal;

import java.util.concurrent.ConcurrentHashMap;

/** The rate limits of all links, each direction's shared by the link's workers. Any thread. */
final class Rates {
  private final ConcurrentHashMap<String, RateLimit> byLine = new ConcurrentHashMap<>();

  /** The one of {@code direction} (an ordinal) on the link of this name. */
  RateLimit of(String link, int direction) {
    return byLine.computeIfAbsent(link + " " + direction, name -> new RateLimit());
  }
}

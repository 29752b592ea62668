package org.vtl.service.tor.internal;

import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.vtl.service.tor.internal.dns.DnsCounters;
import org.vtl.service.tor.internal.dns.LinkNames;
import org.vtl.service.tor.internal.dns.NameMap;
import org.vtl.service.tor.internal.socks.Resolver;

/** What all workers of one link share: its VM's names. Any thread. */
final class LinkGuest {
  /** Bytes that all names of a link may take when they are handed over. */
  private static final int MOST_BYTES = 64 << 20;

  private static final int BYTES_OF_A_NAME = 300;

  private final String link;
  private final Settings.Names settings;
  private final NameMap names;
  private final LinkNames dns;
  private final boolean ipv6;
  private boolean inherited;

  LinkGuest(
      String link, Settings settings, LongSupplier clock, Resolver resolver, DnsCounters counters) {
    this.link = link;
    this.settings = settings.names();
    ipv6 = settings.ipv6();
    names =
        new NameMap(this.settings.range(), this.settings.most(), this.settings.lifeNanos(), clock);
    dns =
        new LinkNames(names, resolver::reverse, counters, settings.ipv6(), this.settings.seconds());
  }

  /** Whether it goes on as it is with {@code settings}. */
  boolean suits(Settings settings) {
    return this.settings.equals(settings.names()) && ipv6 == settings.ipv6();
  }

  NameMap names() {
    return names;
  }

  LinkNames dns() {
    return dns;
  }

  /** Takes over the names that {@code predecessor} has of this link; once. */
  synchronized void inherit(Function<String, Object> predecessor) {
    if (!inherited) {
      inherited = true;
      byte[] bytes = Estate.bytes(predecessor, Estate.NAMES + link);
      if (bytes != null) {
        restore(ByteBuffer.wrap(bytes));
      }
    }
  }

  /** Maps again what {@link NameMap#save} wrote. */
  void restore(ByteBuffer from) {
    names.restore(from, settings.seconds() * 1_000_000_000L);
  }

  /** All names, for a successor. */
  byte[] bequest() {
    long most = Math.min(MOST_BYTES, 64 + (names.size() + 64L) * BYTES_OF_A_NAME);
    ByteBuffer to = ByteBuffer.allocate((int) most);
    names.save(0, to);
    byte[] bytes = new byte[to.flip().remaining()];
    to.get(bytes);
    return bytes;
  }
}

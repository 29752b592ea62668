package org.vtl.web.internal.identity;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.vtl.management.Role;

/**
 * The logins of browsers. A session ends after an idle time, and after a time in any case. Only a
 * digest of what the cookie has is kept. From any thread.
 */
public final class Sessions {
  private static final int MOST = 200;
  private static final int MOST_OF_A_USER = 20;

  private final LongSupplier nanoClock;
  private final long idleNanos;
  private final long longestNanos;
  private final Map<String, Entry> entries = new HashMap<>();

  private static final class Entry {
    final Session session;
    long usedNanos;

    Entry(Session session, long usedNanos) {
      this.session = session;
      this.usedNanos = usedNanos;
    }
  }

  /**
   * A new session, and what the cookie is to have.
   *
   * @param cookie known to the browser alone
   */
  public record Opened(Session session, String cookie) {}

  /** An empty register. */
  public Sessions(LongSupplier nanoClock, Duration idle, Duration longest) {
    this.nanoClock = nanoClock;
    this.idleNanos = idle.toNanos();
    this.longestNanos = longest.toNanos();
  }

  /**
   * Opens a session under a name that nobody knew before, so that none can be planted in a browser.
   * Where there are too many the longest idle one ends, of the same user's if these are many.
   */
  public synchronized Opened open(String user, Role role, boolean provisional) {
    long now = nanoClock.getAsLong();
    entries.values().removeIf(entry -> isOver(entry, now));
    long own = entries.values().stream().filter(e -> e.session.user().equals(user)).count();
    if (own >= MOST_OF_A_USER || entries.size() >= MOST) {
      entries.values().stream()
          .filter(entry -> own < MOST_OF_A_USER || entry.session.user().equals(user))
          .min((a, b) -> Long.compare(a.usedNanos - now, b.usedNanos - now))
          .ifPresent(entry -> entries.remove(entry.session.key()));
    }
    String cookie = Secrets.random();
    Session session =
        new Session(Secrets.digest(cookie), user, role, Secrets.random(), provisional, now);
    entries.put(session.key(), new Entry(session, now));
    return new Opened(session, cookie);
  }

  /** The session of a cookie, if it is not over; it is not idle then. */
  public synchronized Optional<Session> find(String cookie) {
    String key = Secrets.digest(cookie);
    Entry entry = entries.get(key);
    if (entry == null) {
      return Optional.empty();
    }
    long now = nanoClock.getAsLong();
    if (isOver(entry, now)) {
      entries.remove(key);
      return Optional.empty();
    }
    entry.usedNanos = now;
    return Optional.of(entry.session);
  }

  /** Whether it goes on. To ask this is not to use it. */
  public synchronized boolean isOpen(Session session) {
    Entry entry = entries.get(session.key());
    return entry != null && !isOver(entry, nanoClock.getAsLong());
  }

  public synchronized void close(Session session) {
    entries.remove(session.key());
  }

  /** Ends all sessions of a user but one, which may be null. */
  public synchronized void closeAll(String user, Session except) {
    entries
        .values()
        .removeIf(entry -> entry.session.user().equals(user) && !entry.session.equals(except));
  }

  private boolean isOver(Entry entry, long now) {
    return now - entry.usedNanos > idleNanos || now - entry.session.createdNanos() > longestNanos;
  }
}

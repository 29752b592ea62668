package org.vtl.service.tor.internal;

import java.time.Instant;
import org.vtl.service.tor.internal.socks.Listener;
import org.vtl.service.tor.internal.socks.Reply;
import org.vtl.service.tor.internal.socks.Target;

/** What people are told of one connection that was to go through Tor. */
final class Stream implements Listener {
  /** The states of the original. */
  enum State {
    /** Tor has been asked. */
    OPEN,
    /** Bytes pass. */
    ESTABLISHED,
    /** One side has ended it. */
    CLOSE,
    /** It did not come about. */
    ERROR
  }

  final long connection;
  final String link;
  final String vm;
  final Target target;
  final Instant opened = Instant.now();
  private final Outcomes outcomes;
  private volatile Reply reply;
  private volatile String failure;

  Stream(long connection, String link, String vm, Target target, Outcomes outcomes) {
    this.connection = connection;
    this.link = link;
    this.vm = vm;
    this.target = target;
    this.outcomes = outcomes;
  }

  @Override
  public void ended(Reply how) {
    reply = how;
    if (how == Reply.GRANTED) {
      outcomes.established();
    } else {
      outcomes.failed();
    }
  }

  /** A predecessor opened it, and knows alone what Tor has said. */
  void inherited() {
    reply = Reply.GRANTED;
  }

  /** It was refused before Tor was asked, since {@code sentence}. */
  Stream refused(String sentence) {
    failure = sentence;
    return this;
  }

  boolean isEstablished() {
    return reply == Reply.GRANTED;
  }

  /** Why it failed, in one sentence; null while or where it did not. */
  String failure() {
    Reply how = reply;
    return failure != null || how == null || how == Reply.GRANTED ? failure : how.sentence();
  }
}

package org.vtl.service.firewall.internal.synproxy;

import org.vtl.packet.Packet;
import org.vtl.service.firewall.internal.policy.Ending;

/** What the proxy keeps of a connection between the client's proof and the server's answer. */
final class Handshake {
  /** Whether the server was asked and has not answered. */
  boolean isAsking;

  /** The initial number that the client was answered with. */
  int cookie;

  /** The client's initial number. */
  int clientSequence;

  int segmentSize;

  /** The client's window after its SYN, unscaled. */
  int window;

  /** The client's shift, or -1. */
  int windowScale;

  /** The shift that the client was told for the server. */
  int serverScale;

  boolean sackPermitted;
  boolean timestamps;

  /** The client's last TSval, and the one that it was answered with. */
  int clientTimestamp;

  int answeredTimestamp;

  void clear() {
    isAsking = false;
  }

  /** Takes what the client's third segment, which answered {@code cookie}, tells. */
  void begin(Packet ack, int size, Ending.SynProxy options) {
    isAsking = true;
    cookie = ack.tcp().acknowledgmentNumber() - 1;
    clientSequence = ack.tcp().sequenceNumber() - 1;
    segmentSize = size;
    timestamps = options.timestamp() && ack.tcp().hasTimestamps();
    windowScale = -1;
    sackPermitted = false;
    clientTimestamp = 0;
    if (timestamps) {
      clientTimestamp = ack.tcp().timestampValue();
      answeredTimestamp = ack.tcp().timestampEcho();
      windowScale = OfferInTimestamp.windowScale(answeredTimestamp);
      sackPermitted = OfferInTimestamp.sackPermitted(answeredTimestamp);
    }
    serverScale = windowScale < 0 ? 0 : options.windowScale();
    window = ack.tcp().window();
  }

  void copyOf(Handshake other) {
    isAsking = other.isAsking;
    cookie = other.cookie;
    clientSequence = other.clientSequence;
    segmentSize = other.segmentSize;
    window = other.window;
    windowScale = other.windowScale;
    serverScale = other.serverScale;
    sackPermitted = other.sackPermitted;
    timestamps = other.timestamps;
    clientTimestamp = other.clientTimestamp;
    answeredTimestamp = other.answeredTimestamp;
  }

  /** The client's window as its SYN would have said it: never scaled, 64 KB at most. */
  int windowOfSyn() {
    return (int) Math.min(65_535L, (long) window << Math.max(0, windowScale));
  }
}

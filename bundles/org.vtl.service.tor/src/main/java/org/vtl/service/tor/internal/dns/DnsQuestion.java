package org.vtl.service.tor.internal.dns;

/**
 * A message of the guest's, read as a question: one name, type and class, and what EDNS adds (RFC
 * 1035 section 4, RFC 6891). Hostile until {@link #read} says {@link Reading#QUESTION}: every
 * length is held against the message's end, and no compression pointer is followed, so that none
 * can loop; a question's own name has nothing before it to point at.
 *
 * <p>Read into again and again; used by one thread. Allocates nothing.
 */
final class DnsQuestion {
  /** The longest name on the wire (RFC 1035 section 2.3.4). */
  private static final int MOST_NAME = 255;

  private static final int MOST_LABEL = 63;
  private static final int POINTER = 0xc0;

  /** Records behind the question at most; who sends more asks nothing that we know. */
  private static final int MOST_ADDITIONAL = 8;

  /** What a message is. */
  enum Reading {
    /** A question to be answered. */
    QUESTION,
    /** A response, or too short for a header: whoever answers these may answer for ever. */
    NO_QUESTION,
    /** To be answered with a format error. */
    MALFORMED,
    /** Of another kind than a query. */
    OTHER_OPCODE
  }

  /** The name asked for, if {@link #isHost}. */
  final HostName name = new HostName();

  private byte[] message;
  private int length;
  private int end;
  private boolean host;
  private int lastLabel;
  private int type;
  private int questionClass;
  private boolean extended;
  private int version;
  private int payloadBytes;
  private boolean dnssec;

  /** Reads the first {@code length} bytes of {@code message}, which must stay as they are. */
  Reading read(byte[] message, int length) {
    this.message = message;
    this.length = length;
    end = Dns.HEADER;
    extended = false;
    version = 0;
    payloadBytes = Dns.DATAGRAM;
    dnssec = false;
    if (length < Dns.HEADER || (flags() & Dns.RESPONSE) != 0) {
      return Reading.NO_QUESTION;
    }
    if ((flags() & Dns.OPCODE) != 0) {
      return Reading.OTHER_OPCODE;
    }
    boolean bare = Dns.u16(message, 6) == 0 && (flags() & Dns.TRUNCATED) == 0;
    if (Dns.u16(message, 4) != 1 || !bare) {
      return Reading.MALFORMED;
    }
    int at = readName(length);
    if (at < 0 || at + 4 > length) {
      return Reading.MALFORMED;
    }
    type = Dns.u16(message, at);
    questionClass = Dns.u16(message, at + 2);
    end = at + 4;
    return readRecords(length) ? Reading.QUESTION : Reading.MALFORMED;
  }

  /** Reads the question's name; returns where it ends, or -1. */
  private int readName(int length) {
    name.clear();
    host = true;
    lastLabel = Dns.HEADER;
    int at = Dns.HEADER;
    while (true) {
      int label = at < length ? message[at] & 0xff : POINTER;
      if (label > MOST_LABEL
          || at + 1 + label >= length
          || label > 0 && at + 2 + label - Dns.HEADER > MOST_NAME) {
        return -1;
      }
      if (label == 0) {
        return at + 1;
      }
      lastLabel = at;
      if (at > Dns.HEADER) {
        name.append('.');
      }
      for (int i = at + 1; i <= at + label; i++) {
        int character = message[i] & 0xff;
        host &= isOfHost(character);
        name.append(character);
      }
      at += 1 + label;
    }
  }

  /**
   * Whether a host's name may have it. A dot inside a label would make another name of it, and so
   * might a zero byte where it is a text's end.
   */
  private static boolean isOfHost(int character) {
    return character >= 'a' && character <= 'z'
        || character >= 'A' && character <= 'Z'
        || character >= '0' && character <= '9'
        || character == '-'
        || character == '_';
  }

  /** Reads what follows the question; false if it is not as it says. */
  private boolean readRecords(int length) {
    // An IXFR's authority is what the asker has already (RFC 1995); no other question has one.
    int authority = Dns.u16(message, 8);
    int additional = Dns.u16(message, 10);
    if (authority > (type == Dns.IXFR ? 1 : 0) || additional > MOST_ADDITIONAL) {
      return false;
    }
    int at = end;
    for (int i = 0; i < authority + additional; i++) {
      int owner = at;
      at = skipName(at, length);
      if (at < 0 || at + 10 > length) {
        return false;
      }
      int next = at + 10 + Dns.u16(message, at + 8);
      if (next > length) {
        return false;
      }
      if (Dns.u16(message, at) == Dns.OPT) {
        // One, in the additional section, of the root (RFC 6891 section 6.1.1).
        if (extended || i < authority || at != owner + 1) {
          return false;
        }
        extended = true;
        payloadBytes = Math.max(Dns.DATAGRAM, Dns.u16(message, at + 2));
        version = message[at + 5] & 0xff;
        dnssec = (message[at + 6] & 0x80) != 0;
      }
      at = next;
    }
    return true;
  }

  /** Where the name at {@code from} ends in the message, or -1. Pointers end it. */
  private int skipName(int from, int length) {
    int at = from;
    while (at < length) {
      int label = message[at] & 0xff;
      if (label == 0) {
        return at + 1;
      }
      if (label >= POINTER) {
        return at + 2 <= length ? at + 2 : -1;
      }
      if (label > MOST_LABEL || at + 1 + label - from > MOST_NAME) {
        return -1;
      }
      at += 1 + label;
    }
    return -1;
  }

  // ---- what was read ---------------------------------------------------------------------------

  byte[] message() {
    return message;
  }

  /** Bytes of the whole message. */
  int length() {
    return length;
  }

  int flags() {
    return Dns.u16(message, 2);
  }

  /** Where the question ends in the message; behind the header if none was understood. */
  int end() {
    return end;
  }

  /** Whether the name has only characters that a host's may have; the root has. */
  boolean isHost() {
    return host;
  }

  /** Where in the message the name's last label is, or the root's. */
  int lastLabel() {
    return lastLabel;
  }

  int type() {
    return type;
  }

  int questionClass() {
    return questionClass;
  }

  /** Whether the asker speaks EDNS. */
  boolean isExtended() {
    return extended;
  }

  /** The version of EDNS; 0 also without. */
  int version() {
    return version;
  }

  /** Bytes of a datagram that the asker takes, 512 or more. */
  int payloadBytes() {
    return payloadBytes;
  }

  /** Whether the asker understands DNSSEC (RFC 3225). */
  boolean isDnssec() {
    return dnssec;
  }
}

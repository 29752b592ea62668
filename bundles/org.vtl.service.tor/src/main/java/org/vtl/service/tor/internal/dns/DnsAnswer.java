package org.vtl.service.tor.internal.dns;

import java.util.Arrays;

/**
 * Writes the answer to a {@link DnsQuestion}: its header and question byte for byte, so that the
 * case of its letters comes back (RFC 4343; some askers hold it against forgers), then records, and
 * EDNS where the asker speaks it. What does not fit is left out and said to be (RFC 2181 section
 * 9).
 *
 * <p>Written again and again; used by one thread. Allocates nothing.
 */
final class DnsAnswer {
  /** A pointer to the question's name. */
  private static final int QUESTION_NAME = 0xc000 | Dns.HEADER;

  private static final int OPT_LENGTH = 11;

  /** Seconds that something may be remembered not to be there. */
  private static final int NEGATIVE_SECONDS = 300;

  /** What stands behind a zone's name in the SOA of an empty zone (RFC 6303 section 3). */
  private static final byte[] SOA_NAMES = wire("localhost", "nobody.invalid");

  private static final byte[] RFC8482 = {7, 'R', 'F', 'C', '8', '4', '8', '2', 0};

  private DnsQuestion question;
  private byte[] out;
  private int limit;
  private int at;
  private int answers;
  private int authorities;
  private boolean truncated;

  private static byte[] wire(String... names) {
    byte[] bytes = new byte[64];
    int at = 0;
    for (String name : names) {
      at = putName(name, bytes, at);
    }
    return Arrays.copyOf(bytes, at);
  }

  /**
   * Begins the answer to {@code question}.
   *
   * @param limit bytes it may have at most, of {@code out}; {@link Dns#DATAGRAM} or more
   */
  DnsAnswer begin(DnsQuestion question, byte[] out, int limit) {
    this.question = question;
    this.out = out;
    this.limit = limit - (question.isExtended() ? OPT_LENGTH : 0);
    at = question.end();
    System.arraycopy(question.message(), 0, out, 0, at);
    answers = 0;
    authorities = 0;
    truncated = false;
    return this;
  }

  /** An IPv4 address of the name that was asked for. */
  DnsAnswer ipv4(int address, int seconds) {
    if (record(QUESTION_NAME, Dns.A, seconds, 4)) {
      Dns.setU32(out, at, address);
      at += 4;
      answers++;
    }
    return this;
  }

  DnsAnswer ipv6(long high, long low, int seconds) {
    if (record(QUESTION_NAME, Dns.AAAA, seconds, 16)) {
      Dns.setU64(out, at, high);
      Dns.setU64(out, at + 8, low);
      at += 16;
      answers++;
    }
    return this;
  }

  /** The name of the address that was asked for; a valid one. */
  DnsAnswer pointer(String name, int seconds) {
    int length = name.isEmpty() ? 1 : name.length() + 2;
    if (record(QUESTION_NAME, Dns.PTR, seconds, length)) {
      at = putName(name, out, at);
      answers++;
    }
    return this;
  }

  /** What is said in place of all there is (RFC 8482 section 4.2). */
  DnsAnswer instead(int seconds) {
    if (record(QUESTION_NAME, Dns.HINFO, seconds, RFC8482.length)) {
      System.arraycopy(RFC8482, 0, out, at, RFC8482.length);
      at += RFC8482.length;
      answers++;
    }
    return this;
  }

  /**
   * How long to remember that there is nothing (RFC 2308 section 3): of the name itself, or of its
   * last label, which is a zone that has no such name.
   */
  DnsAnswer nothing(boolean name) {
    boolean root = !name && question.lastLabel() == Dns.HEADER;
    int owner = name ? QUESTION_NAME : 0xc000 | question.lastLabel();
    int length = SOA_NAMES.length + 20;
    if (record(root ? 0 : owner, Dns.SOA, NEGATIVE_SECONDS, length)) {
      System.arraycopy(SOA_NAMES, 0, out, at, SOA_NAMES.length);
      at += SOA_NAMES.length;
      Dns.setU32(out, at, 1);
      Dns.setU32(out, at + 4, 3_600);
      Dns.setU32(out, at + 8, 1_200);
      Dns.setU32(out, at + 12, 604_800);
      Dns.setU32(out, at + 16, NEGATIVE_SECONDS);
      at += 20;
      authorities++;
    }
    return this;
  }

  /** A record up to its data; false if it does not fit. An owner of 0 is the root. */
  private boolean record(int owner, int type, int seconds, int length) {
    if (at + 12 + length > limit) {
      truncated = true;
      return false;
    }
    if (owner == 0) {
      out[at++] = 0;
    } else {
      Dns.setU16(out, at, owner);
      at += 2;
    }
    Dns.setU16(out, at, type);
    Dns.setU16(out, at + 2, Dns.CLASS_INTERNET);
    Dns.setU32(out, at + 4, seconds);
    Dns.setU16(out, at + 8, length);
    at += 10;
    return true;
  }

  private static int putName(String name, byte[] out, int from) {
    int at = from;
    int label = at++;
    for (int i = 0; i < name.length(); i++) {
      char character = name.charAt(i);
      if (character == '.') {
        out[label] = (byte) (at - label - 1);
        label = at++;
      } else {
        out[at++] = (byte) character;
      }
    }
    if (name.isEmpty()) {
      out[label] = 0;
      return at;
    }
    out[label] = (byte) (at - label - 1);
    out[at++] = 0;
    return at;
  }

  /** Whether something did not fit. */
  boolean isTruncated() {
    return truncated;
  }

  /** Ends the answer with {@code code}, 0 to 4,095, and returns its length in bytes. */
  int finish(int code) {
    if (truncated) {
      at = question.end();
      answers = 0;
      authorities = 0;
    }
    int kept = question.flags() & (Dns.OPCODE | Dns.RECURSION_DESIRED | Dns.CHECKING_DISABLED);
    int flags = Dns.RESPONSE | Dns.RECURSION_AVAILABLE | kept | code & 0xf;
    Dns.setU16(out, 2, truncated ? flags | Dns.TRUNCATED : flags);
    Dns.setU16(out, 4, question.end() > Dns.HEADER ? 1 : 0);
    Dns.setU16(out, 6, answers);
    Dns.setU16(out, 8, authorities);
    Dns.setU16(out, 10, question.isExtended() ? 1 : 0);
    if (question.isExtended()) {
      out[at] = 0;
      Dns.setU16(out, at + 1, Dns.OPT);
      Dns.setU16(out, at + 3, Dns.LARGE_DATAGRAM);
      out[at + 5] = (byte) (code >>> 4);
      out[at + 6] = 0;
      Dns.setU16(out, at + 7, question.isDnssec() ? 0x8000 : 0);
      Dns.setU16(out, at + 9, 0);
      at += OPT_LENGTH;
    }
    return at;
  }
}

package org.vtl.service.firewall.internal.spoof;

/** Which parts of one fragmented datagram have passed, as disjoint pieces in order. Recycled. */
final class Datagram {
  /** Pieces that may lie apart at once; fragments that arrive in order are always one. */
  static final int MAX_APART = 16;

  /** Fragments of one datagram: enough for 65,535 bytes where the MTU is 296. */
  static final int MAX_FRAGMENTS = 256;

  private static final int UNKNOWN = -1;

  long sourceHigh;
  long sourceLow;
  long destinationHigh;
  long destinationLow;
  int identification;
  long discriminator;
  long seenNanos;
  boolean known;

  /** Whether the rules have accepted the first fragment. */
  boolean accepted;

  /** Whether it is refused as a whole. */
  boolean refused;

  /** Bytes of the headers that are not fragmented, which count towards the longest datagram. */
  int headerLength;

  private final char[] from = new char[MAX_APART];
  private final char[] to = new char[MAX_APART];
  private int apart;
  private int fragments;
  private int total;

  void begin() {
    known = true;
    accepted = false;
    refused = false;
    apart = 0;
    fragments = 0;
    total = UNKNOWN;
  }

  /**
   * Adds bytes [{@code start}, {@code end}) of the data; {@code last} if nothing follows them.
   *
   * @return why they do not fit, or null
   */
  Refusal add(int start, int end, boolean last) {
    boolean behindEnd = total != UNKNOWN && end > total;
    if (behindEnd || last && apart > 0 && to[apart - 1] > end) {
      return Refusal.FRAGMENT_OVERLAP;
    }
    int at = 0;
    while (at < apart && to[at] < start) {
      at++;
    }
    // Piece at is the first that ends at start or behind it.
    boolean meetsBefore = at < apart && to[at] == start;
    int next = meetsBefore ? at + 1 : at;
    if (next < apart && from[next] < end) {
      boolean contained = from[next] <= start && to[next] >= end;
      return contained ? Refusal.FRAGMENT_DUPLICATE : Refusal.FRAGMENT_OVERLAP;
    }
    if (++fragments > MAX_FRAGMENTS) {
      return Refusal.FRAGMENT_PIECES;
    }
    boolean meetsNext = next < apart && from[next] == end;
    if (meetsBefore && meetsNext) {
      to[at] = to[next];
      remove(next);
    } else if (meetsBefore) {
      to[at] = (char) end;
    } else if (meetsNext) {
      from[next] = (char) start;
    } else if (apart == MAX_APART) {
      return Refusal.FRAGMENT_PIECES;
    } else {
      insert(at, start, end);
    }
    if (last) {
      total = end;
    }
    return null;
  }

  /** Whether its fragments pass. */
  boolean isFavoured() {
    return accepted && !refused;
  }

  boolean isComplete() {
    return total != UNKNOWN && apart == 1 && from[0] == 0 && to[0] == total;
  }

  private void insert(int at, int start, int end) {
    System.arraycopy(from, at, from, at + 1, apart - at);
    System.arraycopy(to, at, to, at + 1, apart - at);
    from[at] = (char) start;
    to[at] = (char) end;
    apart++;
  }

  private void remove(int at) {
    apart--;
    System.arraycopy(from, at + 1, from, at, apart - at);
    System.arraycopy(to, at + 1, to, at, apart - at);
  }
}

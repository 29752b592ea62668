package org.vtl.core.internal.engine;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Picks a page out of many entries without sorting the others: entries that cannot be on it are
 * forgotten now and then, the rest is divided at the page's two ends, and only the page is sorted.
 * So a page far behind costs hardly more than the first. The greatest scores are in front, of equal
 * ones the smallest tie, which no two entries share. Cold side; for one thread.
 */
final class PageSelection {
  private static final int FIRST_ROOM = 4_096;

  private final int offset;
  private final int end;
  private final SplittableRandom random = new SplittableRandom(1);
  private long[] scores = new long[FIRST_ROOM];
  private long[] ties = new long[FIRST_ROOM];
  private long[] places = new long[FIRST_ROOM];
  private int size;

  /** The {@code limit} entries behind the first {@code offset}. */
  PageSelection(int offset, int limit) {
    this.offset = Math.max(0, offset);
    end = (int) Math.min(Integer.MAX_VALUE, (long) this.offset + Math.max(0, limit));
  }

  /** Adds an entry; {@code place} is for whoever asks. */
  void add(long place, long score, long tie) {
    if (end == offset) {
      return;
    }
    if (size == scores.length) {
      makeRoom();
    }
    scores[size] = score;
    ties[size] = tie;
    places[size++] = place;
  }

  private void makeRoom() {
    if (size / 2 >= end) {
      divide(0, size, end);
      size = end; // those behind cannot come to the front again
    } else {
      int room = (int) Math.min(Integer.MAX_VALUE - 8L, scores.length * 2L);
      scores = Arrays.copyOf(scores, room);
      ties = Arrays.copyOf(ties, room);
      places = Arrays.copyOf(places, room);
    }
  }

  /** Sorts the page; {@link #count} and the rest tell of it then. */
  void finish() {
    size = Math.min(size, divided());
    sort(Math.min(offset, size), size);
  }

  private int divided() {
    if (end < size) {
      divide(0, size, end);
    }
    int whole = Math.min(end, size);
    if (offset < whole) {
      divide(0, whole, offset);
    }
    return whole;
  }

  /** How many entries the page has. */
  int count() {
    return Math.max(0, size - offset);
  }

  /** The place of the page's entry {@code i}, from 0 up. */
  long place(int i) {
    return places[offset + i];
  }

  long tie(int i) {
    return ties[offset + i];
  }

  /** Has the first {@code at} of the entries from {@code from} to {@code to} stand in front. */
  private void divide(int from, int to, int at) {
    int low = from;
    int high = to - 1;
    while (low < high && at > low && at <= high) {
      int middle = partition(low, high);
      if (at <= middle) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
  }

  /**
   * Divides the entries {@code low} to {@code high}, both included: none up to the index returned
   * is behind one after it (Hoare's way, so equal entries cannot make it slow).
   */
  private int partition(int low, int high) {
    int pivot = random.nextInt(low, high); // not the last, so that both parts have entries
    long score = scores[pivot];
    long tie = ties[pivot];
    int i = low - 1;
    int j = high + 1;
    while (true) {
      do {
        i++;
      } while (isInFront(scores[i], ties[i], score, tie));
      do {
        j--;
      } while (isInFront(score, tie, scores[j], ties[j]));
      if (i >= j) {
        return j;
      }
      swap(i, j);
    }
  }

  private void sort(int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = partition(from, to - 1) + 1;
    sort(from, middle);
    sort(middle, to);
  }

  private static boolean isInFront(long score, long tie, long otherScore, long otherTie) {
    return score > otherScore || score == otherScore && tie < otherTie;
  }

  private void swap(int i, int j) {
    long score = scores[i];
    scores[i] = scores[j];
    scores[j] = score;
    long tie = ties[i];
    ties[i] = ties[j];
    ties[j] = tie;
    long place = places[i];
    places[i] = places[j];
    places[j] = place;
  }
}

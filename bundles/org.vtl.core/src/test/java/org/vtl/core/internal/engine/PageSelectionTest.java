package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pages are those of a list that is sorted as a whole. */
class PageSelectionTest {
  private record Entry(long place, long score, long tie) {}

  private static void check(List<Entry> entries, int offset, int limit) {
    PageSelection selection = new PageSelection(offset, limit);
    entries.forEach(entry -> selection.add(entry.place(), entry.score(), entry.tie()));
    selection.finish();
    List<Long> page = new ArrayList<>();
    for (int i = 0; i < selection.count(); i++) {
      page.add(selection.place(i));
    }
    List<Long> expected =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::score).reversed().thenComparingLong(Entry::tie))
            .skip(offset)
            .limit(limit)
            .map(Entry::place)
            .toList();
    assertEquals(expected, page, offset + " " + limit);
  }

  private static List<Entry> entries(int count, int scores) {
    Random random = new Random(7);
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      entries.add(new Entry(i, random.nextInt(scores) - scores / 2, (i * 7_919L) % 1_000_003));
    }
    return entries;
  }

  @ParameterizedTest
  @CsvSource({"0, 5", "1, 5", "2, 5", "10, 1", "10, 3", "20000, 1", "20000, 10", "20000, 1000000"})
  void isThatOfTheSortedList(int count, int scores) {
    List<Entry> entries = entries(count, scores);
    for (int offset : new int[] {0, 1, 3, count / 2, count - 1, count, count + 5}) {
      for (int limit : new int[] {0, 1, 2, 100, count, Integer.MAX_VALUE}) {
        check(entries, Math.max(0, offset), limit);
      }
    }
  }

  @Test
  void whatComesInOrderIsNoSpecialCase() {
    List<Entry> rising = new ArrayList<>();
    List<Entry> falling = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      rising.add(new Entry(i, i, i));
      falling.add(new Entry(i, -i, i));
    }
    for (int offset : new int[] {0, 5_000, 49_990}) {
      check(rising, offset, 20);
      check(falling, offset, 20);
    }
  }
}

package org.vtl.service.firewall.internal.policy;

/** The longest ascending part of a sequence: what need not move to sort the rest around it. */
final class Ascent {
  private Ascent() {}

  /** Which of {@code numbers}, all different, belong to a longest ascending subsequence. */
  static boolean[] longest(int[] numbers) {
    int[] ends = new int[numbers.length];
    int[] before = new int[numbers.length];
    int length = 0;
    for (int i = 0; i < numbers.length; i++) {
      int low = 0;
      int high = length;
      while (low < high) {
        int middle = low + high >>> 1;
        if (numbers[ends[middle]] < numbers[i]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      before[i] = low > 0 ? ends[low - 1] : -1;
      ends[low] = i;
      length = Math.max(length, low + 1);
    }
    boolean[] belongs = new boolean[numbers.length];
    for (int i = length > 0 ? ends[length - 1] : -1; i >= 0; i = before[i]) {
      belongs[i] = true;
    }
    return belongs;
  }
}

package org.vtl.bench;

import java.util.Arrays;

/** The figures of several rounds: their median, and how far they lie apart. */
final class Series {
  private double[] values = {};

  void add(double value) {
    values = Arrays.copyOf(values, values.length + 1);
    values[values.length - 1] = value;
  }

  int size() {
    return values.length;
  }

  /** The figure of round {@code index}, in the order they were added; NaN if there is none. */
  double at(int index) {
    return index < values.length ? values[index] : Double.NaN;
  }

  /** The middle one, or the mean of the two in the middle; those that are NaN do not count. */
  double median() {
    return quantile(0.5);
  }

  double least() {
    return quantile(0);
  }

  double most() {
    return quantile(1);
  }

  /**
   * Half the distance of the quartiles, as a share of the median: half of all rounds lie about this
   * far from it or nearer. NaN below three rounds.
   */
  double spread() {
    return count() < 3 ? Double.NaN : (quantile(0.75) - quantile(0.25)) / 2 / median();
  }

  /**
   * The ratio to {@code other}, round by round, since a machine's speed drifts from one to the
   * next.
   */
  Series ratioTo(Series other) {
    Series ratios = new Series();
    for (int i = 0; i < Math.min(size(), other.size()); i++) {
      ratios.add(values[i] / other.values[i]);
    }
    return ratios;
  }

  private int count() {
    return (int) Arrays.stream(values).filter(value -> !Double.isNaN(value)).count();
  }

  /** Between the neighbours in rank, in proportion. */
  private double quantile(double share) {
    double[] sorted =
        Arrays.stream(values).filter(value -> !Double.isNaN(value)).sorted().toArray();
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }
}

package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What {@code ./vtl bench tcp} is asked for.
 *
 * @param paths the table's rows
 * @param columns names of columns; empty for all
 * @param rounds how often each cell is measured
 * @param millis how long each is; 0 for what the path asks
 * @param down whether the bytes go to the VM
 * @param inTurn whether columns are measured one after another
 * @param adding whether to add to the figures of the run before
 */
record PathOptions(
    List<LongPath> paths,
    List<String> columns,
    int rounds,
    int millis,
    boolean down,
    boolean inTurn,
    boolean adding) {
  private static final int MBIT = 100;
  private static final int GIGABIT = 1000;
  private static final int GIGABIT_RTT = 100;

  static PathOptions parse(List<String> words) {
    List<Double> rtts = List.of(10.0, 100.0, 300.0, 600.0);
    List<Double> losses = List.of(0.0, 0.1, 1.0, 3.0);
    List<Double> rates = List.of((double) MBIT, (double) GIGABIT);
    List<String> columns = List.of();
    int rounds = 3;
    int millis = 0;
    boolean down = false;
    boolean inTurn = false;
    boolean adding = false;
    for (Iterator<String> rest = words.iterator(); rest.hasNext(); ) {
      String word = rest.next();
      switch (word) {
        case "--quick" -> {
          rtts = List.of(100.0, 600.0);
          losses = List.of(0.0, 1.0);
          rates = List.of((double) MBIT);
          rounds = 1;
        }
        case "--mbit" -> rates = numbers(word, rest, 1, 10_000);
        case "--rtt" -> rtts = numbers(word, rest, 1, 2000);
        case "--loss" -> losses = numbers(word, rest, 0, 50);
        case "--columns" -> columns = Arrays.asList(Options.value(word, rest).split(","));
        case "--rounds" -> rounds = (int) Options.number(word, Options.value(word, rest), 1, 99);
        case "--seconds" ->
            millis = (int) (1000 * Options.number(word, Options.value(word, rest), 0.2, 120));
        case "--down" -> down = true;
        case "--in-turn" -> inTurn = true;
        case "--add" -> adding = true;
        default ->
            throw new BenchException(
                "\"%s\" is no option of \"./vtl bench tcp\"; \"./vtl bench --help\" lists them."
                    .formatted(word));
      }
    }
    return new PathOptions(
        paths(rates, rtts, losses), columns, rounds, millis, down, inTurn, adding);
  }

  /** At more than 100 Mbit/s only the round trip of 100 ms, unless no other is wanted. */
  private static List<LongPath> paths(List<Double> rates, List<Double> rtts, List<Double> losses) {
    List<LongPath> paths = new ArrayList<>();
    for (double mbit : rates) {
      for (double rtt : rtts) {
        boolean usual = mbit <= MBIT || rates.size() == 1 || rtt == GIGABIT_RTT;
        for (double loss : usual ? losses : List.<Double>of()) {
          paths.add(new LongPath((int) mbit, (int) rtt, loss));
        }
      }
    }
    return paths;
  }

  /** Those of {@code all} that are wanted. */
  List<PathColumn> choose(List<PathColumn> all) {
    for (String name : columns) {
      if (all.stream().noneMatch(column -> column.name().equals(name))) {
        throw new BenchException(
            "\"%s\" is no column; there are %s."
                .formatted(name, String.join(", ", all.stream().map(PathColumn::name).toList())));
      }
    }
    return all.stream()
        .filter(column -> columns.isEmpty() || columns.contains(column.name()))
        .toList();
  }

  /** How long a cell of {@code path} is measured. */
  int millis(LongPath path) {
    return millis > 0 ? millis : path.millis();
  }

  /** Whether the columns of {@code path} are measured at the same time: only on slow lines. */
  boolean atOnce(LongPath path) {
    return !inTurn && path.mbit() <= MBIT;
  }

  private static List<Double> numbers(
      String option, Iterator<String> rest, double least, double most) {
    return Arrays.stream(Options.value(option, rest).split(","))
        .map(text -> Options.number(option, text, least, most))
        .toList();
  }
}

package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.ConnectionPage;
import org.vtl.runtime.ConnectionQuery;

/**
 * Finds connections in the workers' tables. A worker is asked for a stretch of its table at a time
 * and notes only numbers, so that a table of a million holds no packet up for longer than a batch
 * does; what is sorted and described is sorted on the asking thread, and only as far as the page
 * goes. Cold side; one at a time for each asking thread.
 */
final class ConnectionSearch {
  /**
   * Places of a table that a worker looks at in one go: about 0.2 ms, most of them not in a cache.
   */
  private static final int STRETCH = 2_048;

  /** Connections that a worker describes in one go. */
  private static final int DESCRIBED = 32;

  private final EngineCore engine;

  /** A connection that was found; the place may have another by now, which its number tells. */
  private record Candidate(Lane lane, int place, long id) {}

  /** What a worker notes of a stretch. */
  private static final class Stretch {
    final int[] places = new int[STRETCH];
    final long[] ids = new long[STRETCH];
    final long[] scores = new long[STRETCH];
    int size;
    int end;
  }

  ConnectionSearch(EngineCore engine) {
    this.engine = engine;
  }

  /**
   * The part of those that match.
   *
   * @throws IllegalArgumentException in one sentence, if the filter or the order is none
   */
  ConnectionPage page(ConnectionQuery query) {
    FlowFilter filter = FlowFilter.parse(query.filter());
    boolean turned = query.sort().startsWith("-");
    ToLongFunction<TrackedConnection> score =
        score(turned ? query.sort().substring(1) : query.sort());
    int sign = turned ? -1 : 1;
    PageSelection selection = new PageSelection(query.offset(), query.limit());
    Stretch stretch = new Stretch();
    List<Lane> lanes = engine.lanes();
    int total = 0;
    for (int number = 0; number < lanes.size(); number++) {
      int from = 0;
      do {
        look(lanes.get(number), from, filter, score, stretch);
        total += stretch.size;
        for (int i = 0; i < stretch.size; i++) {
          selection.add(
              (long) number << Integer.SIZE | stretch.places[i],
              sign * stretch.scores[i],
              sign * stretch.ids[i]);
        }
        from += STRETCH;
      } while (from < stretch.end);
    }
    selection.finish();
    List<Candidate> candidates = new ArrayList<>(selection.count());
    for (int i = 0; i < selection.count(); i++) {
      Lane lane = lanes.get((int) (selection.place(i) >>> Integer.SIZE));
      candidates.add(new Candidate(lane, (int) selection.place(i), sign * selection.tie(i)));
    }
    return new ConnectionPage(total, describe(candidates));
  }

  private void look(
      Lane lane,
      int from,
      FlowFilter filter,
      ToLongFunction<TrackedConnection> score,
      Stretch stretch) {
    stretch.size = 0;
    // A worker that has ended looks at nothing.
    stretch.end = 0;
    engine.runOn(
        lane,
        () -> {
          stretch.end = lane.table().places();
          int end = Math.min(stretch.end, from + STRETCH);
          for (int place = from; place < end; place++) {
            TrackedConnection connection = lane.table().at(place);
            if (connection == null) {
              continue;
            }
            lane.kernelPath().catchUp(connection);
            if (filter.isEmpty()
                || filter.matches(new FlowFilter.Subject(lane, connection, null, false))) {
              stretch.places[stretch.size] = place;
              stretch.ids[stretch.size] = connection.id();
              stretch.scores[stretch.size++] = score.applyAsLong(connection);
            }
          }
        });
  }

  private static ToLongFunction<TrackedConnection> score(String order) {
    return switch (order) {
      case "", "bytes" -> connection -> connection.vm().bytes() + connection.network().bytes();
      case "packets" -> connection -> connection.vm().packets() + connection.network().packets();
      case "age" -> connection -> -connection.openedNanos();
      case "idle" -> connection -> -connection.lastNanos();
      case "id" -> TrackedConnection::id;
      default ->
          throw new IllegalArgumentException(
              "Connections cannot be sorted by \""
                  + order
                  + "\"; sort by bytes, packets, age, idle or id, with a leading - to turn it"
                  + " around.");
    };
  }

  /** In the order given; without those that are gone by now. */
  private List<ConnectionInfo> describe(List<Candidate> candidates) {
    ConnectionInfo[] described = new ConnectionInfo[candidates.size()];
    for (Lane lane : engine.lanes()) {
      List<Integer> own = new ArrayList<>();
      for (int i = 0; i < described.length; i++) {
        if (candidates.get(i).lane() == lane) {
          own.add(i);
        }
      }
      for (int from = 0; from < own.size(); from += DESCRIBED) {
        List<Integer> part = own.subList(from, Math.min(own.size(), from + DESCRIBED));
        engine.runOn(
            lane,
            () -> {
              for (int i : part) {
                Candidate candidate = candidates.get(i);
                TrackedConnection connection = lane.table().at(candidate.place());
                if (connection != null && connection.id() == candidate.id()) {
                  described[i] = ConnectionReport.of(lane, connection);
                }
              }
            });
      }
    }
    return Arrays.stream(described).filter(info -> info != null).toList();
  }

  /** The connection of that number, if it is there. */
  Optional<ConnectionInfo> find(long id) {
    Stretch stretch = new Stretch();
    for (Lane lane : engine.lanes()) {
      int from = 0;
      do {
        look(lane, from, FlowFilter.parse(""), TrackedConnection::id, stretch);
        for (int i = 0; i < stretch.size; i++) {
          if (stretch.ids[i] == id) {
            return describe(List.of(new Candidate(lane, stretch.places[i], id))).stream()
                .findFirst();
          }
        }
        from += STRETCH;
      } while (from < stretch.end);
    }
    return Optional.empty();
  }
}

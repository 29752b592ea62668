package org.vtl.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** TCP streams from A to B by iperf3, whose server waits in every testbed. */
final class Streams {
  private static final int ATTEMPTS = 10;
  private static final int PAUSE_MILLIS = 300;

  private Streams() {}

  static Measurement run(Load.Place place, int millis, String... options) {
    // iperf3 takes whole seconds only, and none at all would mean for ever.
    int seconds = Math.max(1, Math.round(millis / 1000f));
    List<String> words =
        new ArrayList<>(
            List.of("iperf3", "-J", "-c", Testbed.ADDRESS_B, "-t", Integer.toString(seconds)));
    words.addAll(Arrays.asList(options));
    for (int attempt = 1; ; attempt++) {
      Measurement measurement = new Measurement();
      CpuClock clock = CpuClock.start(place.contestant().pid());
      Program.Outcome outcome = Program.run(seconds + 15, place.bed().a().inside(words));
      clock.stop(measurement);
      if (outcome.status() == 0) {
        double bits = Words.bitsPerSecond(outcome.said(), "sum_received");
        if (Arrays.asList(options).contains("--bidir")) {
          bits += Words.bitsPerSecond(outcome.said(), "sum_received_bidir_reverse");
        }
        measurement.put(Metric.GBIT, bits / 1e9);
        return measurement;
      }
      // Its server may not have started yet, or not have done with a run before.
      if (attempt == ATTEMPTS) {
        throw new BenchException("iperf3 failed: " + Words.error(outcome.said()));
      }
      Program.pause(PAUSE_MILLIS);
    }
  }
}

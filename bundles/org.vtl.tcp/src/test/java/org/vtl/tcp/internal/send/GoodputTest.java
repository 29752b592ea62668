package org.vtl.tcp.internal.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.vtl.tcp.internal.congestion.CongestionControls;

/**
 * What Split TCP is for, from the first byte on: slow start, a receiver that must find out how much
 * window it needs, a relay's memory. Paths and times are those of {@code ./vtl bench tcp}.
 */
class GoodputTest {
  private static final double LINE = 100e6 * 1448 / 1514; // what headers leave
  private static final int SEEDS = 4;

  /** Mbit/s of content over 100 Mbit/s, a queue of one product, in 25 round trips or 4 s. */
  private static final String TABLE =
      """
      round trip ms    loss %    bbr
                 10       0.0     94
                 10       0.1     94
                 10       1.0     94
                 10       3.0     94
                100       0.0     82
                100       0.1     81
                100       1.0     78
                100       3.0     75
                300       0.0     68
                300       0.1     63
                300       1.0     59
                300       3.0     52
                600       0.0     64
                600       0.1     57
                600       1.0     51
                600       3.0     45
      """;

  @Test
  void isAsInTheTable() {
    StringBuilder table = new StringBuilder();
    boolean same = true;
    for (String line : TABLE.lines().toList()) {
      String[] words = line.strip().split(" +");
      if (words[0].equals("round")) {
        table.append(line);
      } else {
        long mbit = mbit(Integer.parseInt(words[0]), Double.parseDouble(words[1]));
        table.append("%13s %9s %6d".formatted(words[0], words[1], mbit));
        same &= Math.abs(mbit - Long.parseLong(words[2])) <= 2;
      }
      table.append('\n');
    }
    if (!same) {
      assertEquals(TABLE, table.toString());
    }
  }

  private static long mbit(int roundTripMillis, double lossPercent) {
    long product = (long) (LINE / 8 * roundTripMillis / 1000);
    double seconds = Math.max(4000, 25 * roundTripMillis) / 1000.0;
    double sum = 0;
    for (int seed = 1; seed <= SEEDS; seed++) {
      try (SimulatedPath path = new SimulatedPath(seed)) {
        path.roundTrip(roundTripMillis);
        path.rate((long) LINE, Math.clamp(product, 128 << 10, 9_000_000));
        path.loss(lossPercent / 100).acknowledgmentLoss(lossPercent / 100);
        path.endless(32 << 20).autotuned();
        path.control = CongestionControls.named("bbr");
        path.delayedAcknowledgments = true;
        sum += path.flow((long) (seconds * 1e9)) * 8e-6 / seconds;
      }
    }
    return Math.round(sum / SEEDS);
  }
}

package org.vtl.itests.opponent;

import java.io.IOException;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Round-trip times of {@code ping}.
 *
 * @param millis sorted; what was not answered takes forever
 */
record Pings(double[] millis) {
  private static final Pattern TIME = Pattern.compile("time=([\\d.]+) ms");
  private static final Pattern SENT = Pattern.compile("(\\d+) packets transmitted");
  private static final String INTERVAL_SECONDS = "0.01";

  /** Pings {@code address} from {@code host} for so many seconds, about 60 times in each. */
  static Pings run(Host host, String address, int seconds) throws IOException {
    String said =
        host.run(
                seconds + 10,
                "ping",
                "-n",
                "-i",
                INTERVAL_SECONDS,
                "-w",
                Integer.toString(seconds),
                address)
            .said();
    Matcher sent = SENT.matcher(said);
    if (!sent.find()) {
      throw new IOException("ping failed: " + said);
    }
    double[] times = new double[Integer.parseInt(sent.group(1))];
    Arrays.fill(times, Double.POSITIVE_INFINITY);
    Matcher each = TIME.matcher(said);
    for (int i = 0; i < times.length && each.find(); i++) {
      times[i] = Double.parseDouble(each.group(1));
    }
    Arrays.sort(times);
    return new Pings(times);
  }

  double percentile(int percent) {
    return millis[Math.min(millis.length - 1, millis.length * percent / 100)];
  }

  long lost() {
    return Arrays.stream(millis).filter(Double::isInfinite).count();
  }

  @Override
  public String toString() {
    return "p50 %.3f ms, p99 %.3f ms, longest %.3f ms, %d of %d lost"
        .formatted(
            percentile(50),
            percentile(99),
            Arrays.stream(millis).filter(Double::isFinite).max().orElse(Double.NaN),
            lost(),
            millis.length);
  }
}

package org.vtl.bench;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a contestant that is VTL is made.
 *
 * @param dist the built folder
 * @param port scheme and options of both ports, such as {@code packet} or {@code xdp?queues=1}
 * @param services how many services stand in the pipeline; 0 starts none, and fewer than the
 *     features bring are not taken away
 * @param features features to start instead of the distribution's own, separated by commas; empty
 *     for those
 * @param java options of the Java virtual machine instead of the distribution's own; empty for
 *     those
 * @param link further keys of the link
 */
record VtlSettings(
    Path dist, String port, int services, String features, String java, Map<String, String> link) {
  /** The name of the link. */
  static final String LINK = "bench";

  /** What starts without a service of ours in it. */
  private static final String BARE = "core,linux,shell";

  static VtlSettings usual(Path dist) {
    return new VtlSettings(dist, "packet", 8, "", "", Map.of());
  }

  /**
   * These settings with {@code key} set to {@code value}: {@code dist}, {@code port}, {@code
   * services}, {@code features}, {@code java}, or else a key of the link.
   */
  VtlSettings with(String key, String value) {
    return switch (key) {
      case "dist" -> {
        Path folder = Path.of(value).toAbsolutePath().normalize();
        yield new VtlSettings(folder, port, services, features, java, link);
      }
      case "port" -> new VtlSettings(dist, value, services, features, java, link);
      case "services" -> {
        if (!value.matches("\\d{1,2}")) {
          throw new BenchException(
              "\"services=%s\" is no number of services; write 0 to 60.".formatted(value));
        }
        int count = Integer.parseInt(value);
        String bare = count == 0 && features.isEmpty() ? BARE : features;
        yield new VtlSettings(dist, port, count, bare, java, link);
      }
      case "features" -> new VtlSettings(dist, port, services, value, java, link);
      case "java" -> new VtlSettings(dist, port, services, features, value, link);
      default -> {
        Map<String, String> more = new TreeMap<>(link);
        more.put(key, value);
        yield new VtlSettings(dist, port, services, features, java, more);
      }
    };
  }

  /** The address of the port at {@code device}. */
  String address(String device) {
    int options = port.indexOf('?');
    return options < 0
        ? port + ":" + device
        : port.substring(0, options) + ":" + device + port.substring(options);
  }

  /** The link's configuration file. */
  String linkFile() {
    StringBuilder text = new StringBuilder("{\n  \"vm.port\": \"" + address("m0") + "\",\n");
    text.append("  \"network.port\": \"").append(address("m1")).append('"');
    link.forEach(
        (key, value) ->
            text.append(",\n  \"")
                .append(key)
                .append("\": ")
                .append(value.matches("-?\\d+|true|false") ? value : '"' + value + '"'));
    return text.append("\n}\n").toString();
  }
}

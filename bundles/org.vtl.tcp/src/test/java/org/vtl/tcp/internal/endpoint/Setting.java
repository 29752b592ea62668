package org.vtl.tcp.internal.endpoint;

import java.util.List;
import java.util.Locale;
import org.vtl.tcp.internal.congestion.CongestionControls;
import org.vtl.tcp.internal.send.SendSettings;

/**
 * What the {@code state:} line of a script sets: words with and without a value, in any order. The
 * peer's options come with its SYN; the endpoint offers all of its own but ECN unless told not to.
 */
final class Setting {
  final EndpointSettings endpoint = new EndpointSettings();
  SendSettings send = SendSettings.DEFAULT.withPaced(false);

  /** The peer. */
  boolean passive;

  String maximumSegmentSize = "1000";
  boolean sack;
  boolean timestamps;
  int windowScale = -1;
  boolean ecn;
  int window = 65_535;
  String roundTrip = "100ms";

  /** The application. */
  boolean reads = true;

  boolean answers = true;
  long buffer = 65_536;
  long limit = 65_536;
  long outgoing = 1 << 20;
  int offload;

  Setting() {
    // A second into the clock the case begins: its TSval is 100 then.
    endpoint.timestampOffset = -900;
    endpoint.ecn = false;
    endpoint.control = CongestionControls.named("reno");
  }

  void read(List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      if (!flag(words.get(i))) {
        i++;
        if (i == words.size()) {
          throw new IllegalArgumentException("\"" + words.get(i - 1) + "\" lacks its value");
        }
        value(words.get(i - 1), words.get(i));
      }
    }
    endpoint.send = send;
  }

  private boolean flag(String word) {
    switch (word) {
      case "passive" -> passive = true;
      case "sack" -> sack = true;
      case "ts" -> timestamps = true;
      case "ecn" -> {
        ecn = true;
        endpoint.ecn = true;
      }
      case "unread" -> reads = false;
      case "late" -> endpoint.acknowledgesLate = true;
      case "late-fin" -> endpoint.acknowledgesFinLate = true;
      case "silent" -> answers = false;
      case "nagle" -> send = send.withNagle(true);
      case "paced" -> send = send.withPaced(true);
      case "own-ecn" -> endpoint.ecn = true;
      case "no-own-ts" -> endpoint.timestamps = false;
      case "no-own-sack" -> endpoint.sack = false;
      case "no-own-wscale" -> endpoint.windowScale = -1;
      case "patient" -> endpoint.softErrorsEndHandshake = false;
      default -> {
        return false;
      }
    }
    return true;
  }

  private void value(String word, String value) {
    switch (word) {
      case "mss" -> maximumSegmentSize = value;
      case "wscale" -> windowScale = Integer.parseInt(value);
      case "win" -> window = Integer.parseInt(value);
      case "rtt" -> roundTrip = value;
      case "buffer" -> {
        buffer = Long.parseLong(value);
        limit = buffer;
      }
      case "limit" -> limit = Long.parseLong(value);
      case "outgoing" -> outgoing = Long.parseLong(value);
      case "offload" -> offload = Integer.parseInt(value);
      case "cc" -> endpoint.control = CongestionControls.named(value.toLowerCase(Locale.ROOT));
      case "own-mss" -> endpoint.maximumSegmentSize = Integer.parseInt(value);
      case "own-wscale" -> endpoint.windowScale = Integer.parseInt(value);
      case "largest" -> endpoint.largestSegment = Integer.parseInt(value);
      case "time-wait" -> endpoint.timeWaitNanos = seconds(value);
      case "delayed-ack" -> endpoint.delayedAckNanos = seconds(value);
      case "keep-alive" -> endpoint.keepAliveNanos = seconds(value);
      case "keep-alive-interval" -> endpoint.keepAliveIntervalNanos = seconds(value);
      case "keep-alive-probes" -> endpoint.keepAliveProbes = Integer.parseInt(value);
      case "handshake-patience" -> endpoint.handshakePatienceNanos = seconds(value);
      case "patience" -> send = send.withGiveUpNanos(seconds(value));
      default -> throw new IllegalArgumentException("\"" + word + "\" is no setting");
    }
  }

  private static long seconds(String value) {
    return Math.round(Double.parseDouble(value) * 1e9);
  }
}

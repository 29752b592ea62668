package org.vtl.service.tor.internal.control;

import java.util.ArrayList;
import java.util.List;

/**
 * A stream as Tor knows it.
 *
 * @param circuit the circuit that it is on
 * @param target where it goes, as Tor was asked: a name or an address, and a port
 */
public record TorStream(String circuit, String target) {
  private static final String NONE = "0";

  /**
   * The streams in the value of {@code stream-status} that are on a circuit; lines that are none
   * are left out.
   */
  static List<TorStream> read(String value) {
    List<TorStream> streams = new ArrayList<>();
    for (String line : value.split("\n")) {
      List<String> words = Words.of(line);
      if (words.size() >= 4 && !words.get(2).equals(NONE)) {
        streams.add(new TorStream(words.get(2), words.get(3)));
      }
    }
    return streams;
  }
}

package org.vtl.service.tor.internal.control;

import java.util.ArrayList;
import java.util.List;

/**
 * A stream as Tor knows it.
 *
 * @param id Tor's number of it
 * @param state NEW, SENTCONNECT, SUCCEEDED, CLOSED, FAILED or another
 * @param circuit the circuit that it is on; 0 while it is on none
 * @param target where it goes: a name or an address, and a port
 */
public record TorStream(String id, String state, String circuit, String target) {
  private static final String EVENT = "STREAM ";
  private static final String NONE = "0";

  /** The streams in the value of {@code stream-status}; lines that are none are left out. */
  static List<TorStream> read(String value) {
    List<TorStream> streams = new ArrayList<>();
    for (String line : value.split("\n")) {
      TorStream stream = of(Words.of(line));
      if (stream != null) {
        streams.add(stream);
      }
    }
    return streams;
  }

  /** The stream that an event is about; null if it is about none. */
  static TorStream event(String line) {
    return line.startsWith(EVENT) ? of(Words.of(line.substring(EVENT.length()))) : null;
  }

  private static TorStream of(List<String> words) {
    return words.size() < 4
        ? null
        : new TorStream(words.get(0), words.get(1), words.get(2), words.get(3));
  }

  /** Whether it is on a circuit. */
  public boolean isCarried() {
    return !circuit.equals(NONE);
  }

  boolean isNew() {
    return state.equals("NEW");
  }

  boolean isOver() {
    return state.equals("CLOSED") || state.equals("FAILED");
  }

  TorStream withTarget(String other) {
    return new TorStream(id, state, circuit, other);
  }
}

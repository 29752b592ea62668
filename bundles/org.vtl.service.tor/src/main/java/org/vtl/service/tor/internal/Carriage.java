package org.vtl.service.tor.internal;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.service.tor.internal.control.TorControl;
import org.vtl.service.tor.internal.control.TorStream;

/**
 * On which circuits Tor carries which streams, at one moment. Tor does not say which of VTL's
 * connections a stream came by, only where it goes and, of its circuit, whose that is.
 */
final class Carriage {
  private final List<TorStream> streams;
  private final Map<String, String> users;

  /** What Tor has said of its streams and circuits. */
  Carriage(List<TorStream> streams, List<Circuit> circuits) {
    this.streams = streams;
    users = circuits.stream().collect(Collectors.toMap(Circuit::id, Circuit::user, (a, b) -> a));
  }

  /** Asks Tor; knows nothing where that cannot be asked, or {@code control} is null. */
  static Carriage of(TorControl control) {
    try {
      return control == null
          ? new Carriage(List.of(), List.of())
          : new Carriage(control.streams(), control.circuits());
    } catch (IOException e) {
      return new Carriage(List.of(), List.of());
    }
  }

  /**
   * The circuits that carry streams of {@code link}'s VM to {@code target}, with blanks between
   * them; empty if none is known.
   */
  String circuits(String link, String target) {
    String user = Isolation.userOf(link);
    return streams.stream()
        .filter(stream -> stream.isCarried() && stream.target().equals(target))
        .map(TorStream::circuit)
        .filter(circuit -> users.getOrDefault(circuit, "").startsWith(user))
        .distinct()
        .collect(Collectors.joining(" "));
  }
}

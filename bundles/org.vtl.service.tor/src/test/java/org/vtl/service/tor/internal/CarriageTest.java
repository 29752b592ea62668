package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.vtl.service.tor.internal.control.Circuit;
import org.vtl.service.tor.internal.control.TorStream;

/** Which circuits carry which of VTL's streams. */
class CarriageTest {
  private static final String WEB = "www.example.test:80";

  private final Carriage carriage =
      new Carriage(
          List.of(
              stream("5", WEB),
              stream("6", WEB),
              stream("5", WEB),
              stream("7", WEB),
              stream("8", WEB),
              stream("9", WEB),
              stream("0", "waits.example.test:80"),
              stream("5", "[2001:db8::1]:443")),
          List.of(
              circuit("5", "vtl lab 02:00:00:00:00:01"),
              circuit("6", "vtl lab 02:00:00:00:00:01"),
              circuit("7", "vtl lab2 02:00:00:00:00:01"),
              circuit("8", "")));

  private static TorStream stream(String circuit, String target) {
    return new TorStream("28", "SUCCEEDED", circuit, target);
  }

  private static Circuit circuit(String id, String user) {
    return new Circuit(id, "BUILT", List.of(), "GENERAL", user);
  }

  @Test
  void eachLinksStreamsAreOnItsOwnCircuits() {
    assertEquals("5 6", carriage.circuits("lab", WEB));
    assertEquals("7", carriage.circuits("lab2", WEB));
    assertEquals("5", carriage.circuits("lab", "[2001:db8::1]:443"));
    assertEquals("", carriage.circuits("lab", "none.example.test:80"));
    assertEquals("", carriage.circuits("lab", "waits.example.test:80"));
    assertEquals("", carriage.circuits("la", WEB));
  }

  @Test
  void whereNobodyCanBeAskedNothingIsKnown() {
    assertEquals("", Carriage.of(null).circuits("lab", WEB));
  }
}

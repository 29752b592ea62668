package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.vtl.tcp.DialerHandshake.Answer;

/** What Tor is told of a stream, and which streams it keeps apart. */
class TorSocksTest extends TorRig {
  @Test
  void isolationIsByVm() {
    outbound(syn(PUBLIC, 80));
    outbound(syn(PUBLIC, 81));
    outbound(syn(PUBLIC, 82).macs("02:00:00:00:00:07", "02:00:00:00:00:02"));
    assertEquals(login(0), login(1));
    assertNotEquals(login(0), login(2));
    service.isolation().renew();
    outbound(syn(PUBLIC, 83));
    assertNotEquals(login(0), login(3));
  }

  @ParameterizedTest
  @CsvSource({"destination, true, false", "connection, false, false"})
  void isolationByChoice(String kind, boolean sameHost, boolean otherHost) {
    configure("isolation", kind);
    outbound(syn(PUBLIC, 80));
    outbound(syn(PUBLIC, 80).from("10.0.0.1:5556"));
    outbound(syn("203.0.113.10", 80));
    assertEquals(sameHost, login(0).equals(login(1)));
    assertEquals(otherHost, login(0).equals(login(2)));
  }

  @Test
  void withoutIsolationThereAreNoCredentials() {
    configure("isolation", "none");
    outbound(syn(PUBLIC, 80));
    assertEquals("\u0005\u0001\u0000", begin(relays.last()));
  }

  @Test
  void optimisticStreamsSayAllAtOnce() {
    configure("optimistic", true);
    outbound(syn(PUBLIC, 80));
    assertTrue(relays.last().isOptimistic());
    assertTrue(begin(relays.last()).length() > 20);
  }

  @Test
  void socks4aIsSpokenByChoice() {
    configure("socks.version", "4a");
    outbound(syn(map("a.test"), 80));
    assertTrue(begin(relays.last()).startsWith("\u0004\u0001\u0000\u0050"));
  }

  @Test
  void whyTorRefusedIsRemembered() {
    outbound(syn(map("www.example.test"), 80));
    begin(relays.last());
    hear(relays.last(), "0502", "0100");
    assertEquals(Answer.HOST_UNREACHABLE, hear(relays.last(), "05040001000000000000"));
    assertEquals(1, count("tor/streams-failed"));
    TorReport report = new TorReport(service);
    assertEquals("www.example.test:80", report.streams(10).getFirst().target());
    assertEquals("open", report.streams(10).getFirst().state());
    clock.advance(3_600_000_000_000L);
    turn();
    assertTrue(failure().startsWith("The name has no address"), failure());
  }
}

package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.vtl.tcp.Relay;
import org.vtl.testkit.Configuration;

/** What another version and another configuration keep of the one before. */
class TorSuccessionTest extends TorRig {
  @Test
  void aSuccessorKnowsStreamsNamesAndSecret() {
    String address = map("www.example.test");
    for (int i = 0; i < 500; i++) {
      map("host" + i + ".example.test");
    }
    outbound(syn(address, 80));
    relays.last().setState(Relay.State.OPEN);
    TorService old = service;
    predecessor = old::bequeath;
    service = add();
    engine.removeService(old);
    turn();
    old.deactivate();
    assertFalse(outbound(segment(address, 80).seq(1).ack(1)));
    assertEquals(0, count("tor/refused-segment"), "it is a stream yet");
    assertEquals(501, service.names("lab").size());
    assertEquals(address, map("www.example.test"), "the name's address stays");
    assertEquals(1, service.names("lab").entries(1).getFirst().connections());
    outbound(syn(map("host499.example.test"), 81));
    outbound(syn(address, 82));
    assertTrue(asked(relays.all().get(1)).contains("host499.example.test"));
    assertEquals(login(0), login(2), "the VM's circuits stay");
    assertEquals("www.example.test:80", target(80));
  }

  @Test
  void withoutTheEstateWhatWasAskedLastIsHandedOver() {
    String address = map("www.example.test");
    TorService old = service;
    service = add();
    engine.removeService(old);
    turn();
    old.deactivate();
    assertEquals("www.example.test", service.names("lab").name(0, mapped(address)));
  }

  @Test
  void otherRangesForgetNames() {
    map("www.example.test");
    configure("names.ipv4", "10.128.0.0/10");
    outbound(syn(PUBLIC, 80));
    assertEquals(0, service.names("lab").size());
  }

  @Test
  void aFaultyConfigurationLeavesTheOneBefore() {
    TorConfig config =
        Configuration.of(TorConfig.class, Map.of("manage", false, "isolation", "all"));
    assertThrows(IllegalArgumentException.class, () -> service.configure(config));
    outbound(syn(PUBLIC, 80));
    assertEquals(1, relays.all().size());
  }
}

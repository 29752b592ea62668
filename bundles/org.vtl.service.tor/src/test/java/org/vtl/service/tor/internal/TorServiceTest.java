package org.vtl.service.tor.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.IcmpHeader;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Frames;

/**
 * What becomes of a VM's packets, in the real engine, with relays that only note what was asked.
 */
class TorServiceTest extends TorRig {
  // ---- streams ---------------------------------------------------------------------------------

  @Test
  void aNameIsAskedForByName() {
    String address = map("www.example.test");
    assertFalse(outbound(syn(address, 443)));
    assertEquals("127.0.0.1", host(relays.last()));
    assertEquals("tor", relays.last().owner());
    assertTrue(asked(relays.last()).endsWith("\u0003\u0010www.example.test\u0001\u00bb"));
    assertEquals(1, count("tor/streams-opened"));
  }

  @Test
  void anAddressIsAskedForByAddress() {
    outbound(syn(PUBLIC, 80));
    assertTrue(asked(relays.last()).endsWith("\u0001\u00cb\u0000\u0071\u0009\u0000\u0050"));
  }

  @Test
  void segmentsOfARelayPassOnToIt() {
    outbound(syn(PUBLIC, 80));
    relays.last().setState(Relay.State.OPEN);
    assertFalse(outbound(segment(PUBLIC, 80).seq(1).ack(1)));
    assertEquals(1, count("tor-guard/kept-in"), "there is no tcp here that would take it");
  }

  @Test
  void whatARelayHasMadePassesToTheVmAndWhatTheNetworkSendsDoesNot() {
    assertFalse(inbound(peer(PUBLIC, 80).syn().ack(1)));
    assertEquals(1, count("tor-guard/kept-out"));
    assertFalse(inbound(Frames.arpRequest().from("10.0.0.9").to("10.0.0.1")));
    assertEquals(2, count("tor-guard/kept-out"));
  }

  @Test
  void whatTheNetworkSendsIsRefusedWithoutTheGuardToo() {
    engine.removeService(guard);
    turn();
    assertFalse(inbound(peer(PUBLIC, 80).syn().ack(1)));
    assertFalse(inbound(Frames.udp().from("10.0.0.9:53").to("10.0.0.1:5")));
    assertEquals(2, count("tor/refused-inbound"));
  }

  @Test
  void anAddressThatStandsForNothingIsHostUnreachable() {
    assertTrue(outbound(syn("10.200.0.1", 80)));
    assertUnreachable(1);
    assertEquals(List.of(), relays.all());
    assertTrue(failure().contains("stands for no name any more"), failure());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.9",
        "127.0.0.1",
        "169.254.1.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "198.18.0.1"
      })
  void privateAddressesAreRefused(String address) {
    assertTrue(outbound(syn(address, 80)));
    assertUnreachable(13);
    assertEquals(List.of(), relays.all());
    assertTrue(failure().contains("private.destinations"), failure());
  }

  @Test
  void privateAddressesMayBePermitted() {
    configure("private.destinations", true);
    outbound(syn("10.0.0.9", 80));
    assertEquals(1, relays.all().size());
  }

  @ParameterizedTest
  @EnumSource(
      value = Opening.class,
      names = {"OPENED"},
      mode = EnumSource.Mode.EXCLUDE)
  void whatCannotBeRelayedIsDropped(Opening answer) {
    relays.setAnswer(answer);
    assertFalse(outbound(syn(map("www.example.test"), 80)));
    assertEquals(1, count("tor/no-relay"));
    assertEquals(0, service.names("lab").entries(1).getFirst().connections());
  }

  @Test
  void withoutTcpNothingIsAnswered() {
    service.relays = null;
    assertFalse(outbound(syn(PUBLIC, 80)));
    assertEquals(1, count("tor/no-relay"));
    assertTrue(new TorReport(service).status().complaints().getFirst().contains("feature tcp"));
  }

  @Test
  void aSegmentOfNoConnectionIsReset() {
    assertTrue(outbound(segment(PUBLIC, 80).seq(5).ack(7)));
    assertTrue(out.tcp().isRst());
    assertEquals(7, out.tcp().sequenceNumber());
    assertEquals(1, count("tor/refused-segment"));
  }

  @Test
  void whatComesAfterARelayIsDropped() {
    outbound(syn(PUBLIC, 80));
    relays.last().setState(Relay.State.CLOSED);
    assertFalse(outbound(segment(PUBLIC, 80).seq(1).ack(1)));
    assertFalse(outbound(syn(PUBLIC, 80)));
    assertEquals(2, count("tor/stream-over"));
  }

  @Test
  void aSegmentOfAStreamAllocatesNothing() {
    outbound(syn(PUBLIC, 80));
    segment(PUBLIC, 80).seq(1).ack(1).push().payload(1_000).build(frame);
    AllocationProbe.assertNone(
        10_000,
        () -> {
          vm.deliver(frame);
          engine.step();
        });
    while (vm.sent(out)) {
      // nothing of interest
    }
  }

  // ---- the rest --------------------------------------------------------------------------------

  @Test
  void theNeighborhoodIsAnswered() {
    assertTrue(outbound(Frames.arpRequest().from("10.0.0.1").to("10.0.0.77")));
    assertTrue(out.isArp());
    assertEquals(service.mac("lab"), out.arp().senderMac());
  }

  @Test
  void udpIsRefused() {
    assertTrue(outbound(Frames.udp().from("10.0.0.1:5").to(PUBLIC + ":443").payload("x")));
    assertUnreachable(3);
    configure("refuse", "silent");
    assertFalse(outbound(Frames.udp().from("10.0.0.1:5").to(PUBLIC + ":443").payload("x")));
  }

  @Test
  void echoIsAnsweredByChoice() {
    configure("echo", true);
    assertTrue(outbound(Frames.echo(1, 1).from("10.0.0.1").to(PUBLIC)));
    assertEquals(IcmpHeader.ECHO_REPLY, out.icmp().type());
  }

  @Test
  void dnsOverTcpGoesToASocketOfVtlsOwn() {
    outbound(syn("192.0.2.53", 53));
    assertTrue(
        relays.last().address().toString().contains("dns"), relays.last().address().toString());
    assertNull(relays.last().handshake());
    assertEquals(0, count("tor/streams-opened"));
  }
}

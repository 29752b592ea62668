package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
  /** The examples of RFC 5952, and the ends of the ranges. */
  @ParameterizedTest
  @CsvSource({
    "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:0db8::0001, 2001:db8::1",
    "2001:db8:0:0:0:0:2:1, 2001:db8::2:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "2001:DB8::AAAA, 2001:db8::aaaa",
    "0:0:0:0:0:0:0:0, ::",
    "::1, ::1",
    "1::, 1::",
    "::2:3:4:5:6:7:8, 0:2:3:4:5:6:7:8",
    "1:2:3:4:5:6:7::, 1:2:3:4:5:6:7:0",
    "64:ff9b::192.0.2.33, 64:ff9b::c000:221",
    "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255, ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "::ffff:10.0.0.1, 10.0.0.1",
    "10.0.0.1, 10.0.0.1",
    "255.255.255.255, 255.255.255.255",
    "0.0.0.0, 0.0.0.0",
  })
  void writesTheCanonicalForm(String text, String canonical) {
    Address address = Address.parse(text);
    assertEquals(canonical, address.toString());
    assertEquals(address, Address.parse(canonical));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1",
        "1.2.3",
        "1.2.3.4.5",
        "256.1.1.1",
        "01.2.3.4",
        "1.2.3.-4",
        "1.2.3.4 ",
        "a.b.c.d",
        ":",
        ":::",
        "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "12345::",
        "g::",
        "::1.2.3",
        "1.2.3.4::",
        "1:2:3:4:5:6:7:1.2.3.4",
        "fe80::1%eth0",
        "[::1]",
        "1.2.3.4::1",
        ":1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:",
      })
  void refusesWhatIsNone(String text) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Address.parse(text));
    assertTrue(e.getMessage().contains("is not an IP address"), e.getMessage());
  }

  @Test
  void mapsIpv4() {
    Address address = Address.parse("192.0.2.1");
    assertTrue(address.isIpv4());
    assertEquals(0xc000_0201, address.ipv4());
    assertEquals(0xffff_c000_0201L, address.low());
    assertEquals("::ffff:192.0.2.1", Address.formatIpv6(address.high(), address.low()));
    assertFalse(Address.parse("::192.0.2.1").isIpv4());
  }

  @Test
  void readsMacAddresses() {
    assertEquals(0x0200_5e00_53ffL, Address.parseMac("02:00:5e:00:53:FF"));
    assertEquals(0x0200_5e00_5301L, Address.parseMac("2-0-5e-0-53-1"));
    assertEquals("02:00:5e:00:53:ff", Address.formatMac(0x0200_5e00_53ffL));
    for (String bad : new String[] {"", "02:00:5e:00:53", "02:00:5e:00:53:gg", "02005e005301"}) {
      assertThrows(IllegalArgumentException.class, () -> Address.parseMac(bad));
    }
  }
}

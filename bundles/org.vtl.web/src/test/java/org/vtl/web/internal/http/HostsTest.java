package org.vtl.web.internal.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsTest {
  private final Hosts hosts = new Hosts(List.of("VTL.example.org"));

  @ParameterizedTest
  @CsvSource({
    "localhost, true",
    "LOCALHOST:8181, true",
    "127.0.0.1:8181, true",
    "[::1]:8181, true",
    "vtl.example.org, true",
    "192.0.2.7:8443, true",
    "evil.example.org, false",
    "localhost.evil.example.org, false",
    "127.0.0.1.evil.example.org:8181, false",
    "192.0.2.8, false",
    "'', false",
  })
  void vtlIsCalledByItsNamesOnly(String host, boolean allowed) {
    assertEquals(allowed, hosts.allows(host, "192.0.2.7"));
  }

  @Test
  void noHostIsNone() {
    assertEquals(false, hosts.allows(null, "127.0.0.1"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:8181, localhost:8181, true",
    "http://localhost, localhost:80, true",
    "http://LOCALHOST:8181, localhost:8181, true",
    "http://[::1]:8181, [::1]:8181, true",
    "https://localhost:8181, localhost:8181, false",
    "http://localhost:8182, localhost:8181, false",
    "http://evil.example.org, localhost:8181, false",
    "http://localhost:8181.evil.example.org, localhost:8181, false",
    "http://user@localhost:8181, localhost:8181, false",
    "null, localhost:8181, false",
    "'', localhost:8181, false",
    "http:, localhost:8181, false",
    "not a URI, localhost:8181, false",
  })
  void anOriginIsTheVeryPlace(String origin, String host, boolean same) {
    assertEquals(same, Hosts.isSame(origin, "http", host));
  }
}

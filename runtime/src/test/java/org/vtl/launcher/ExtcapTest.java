package org.vtl.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtcapTest {
  private static final String LINKS = "[{\"name\":\"lab\"},{\"name\":\"vm.2\"}]";
  private static final String SERVICES =
      """
      [{"name":"firewall","state":"ACTIVE","links":[]},
       {"name":"tor","state":"ACTIVE","links":["vm.2"]},
       {"name":"gone","state":"ABSENT","links":[]}]
      """;

  @Test
  void everyPlaceOfEveryLinkIsAnInterface() throws IOException {
    List<Extcap.Place> places =
        Extcap.places(
            (words, output, errors) -> {
              String answer = words.getFirst().equals("vtl:links") ? LINKS : SERVICES;
              output.write(answer.getBytes(StandardCharsets.UTF_8));
              return 0;
            });
    List<String> names = places.stream().map(Extcap.Place::name).toList();
    assertEquals(
        List.of(
            "vtl.lab.arrival",
            "vtl.lab.departure",
            "vtl.lab.drop",
            "vtl.lab.injection",
            "vtl.lab.all",
            "vtl.lab.firewall",
            "vtl.vm.2.arrival",
            "vtl.vm.2.departure",
            "vtl.vm.2.drop",
            "vtl.vm.2.injection",
            "vtl.vm.2.all",
            "vtl.vm.2.firewall",
            "vtl.vm.2.tor"),
        names);
    assertEquals("VTL lab: as service firewall leaves them", places.get(5).display());
  }

  @Test
  void whatTheShellRefusesIsSaid() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Extcap.places(
                    (words, output, errors) -> {
                      errors.write("The engine is not running.\n".getBytes());
                      return 1;
                    }));
    assertEquals("The engine is not running.", refused.getMessage());
  }

  @Test
  void optionsHaveTheirValuesBehindThem() {
    Map<String, String> options =
        Extcap.options(
            List.of(
                "--capture",
                "--extcap-interface",
                "vtl.lab.drop",
                "--fifo=/tmp/a fifo",
                "--filter",
                "tcp and port 80",
                "--unknown"));
    assertEquals("vtl.lab.drop", options.get("--extcap-interface"));
    assertEquals("/tmp/a fifo", options.get("--fifo"));
    assertEquals("tcp and port 80", options.get("--filter"));
    assertTrue(options.containsKey("--capture") && options.containsKey("--unknown"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--capture                                          | ",
        "--filter=tcp                                       | --filter tcp",
        "--extcap-capture-filter=port 80                    | --filter port 80",
        "--filter=tcp --extcap-capture-filter=port 80       | --filter tcp and port 80",
        "--snap-bytes=64                                    | --snap-bytes 64",
      })
  void theCommandHasTheFilters(String given, String more) {
    List<String> words = List.of(given.strip().split(" (?=--)"));
    List<String> command = Extcap.words(new Extcap.Place("lab", "drop", ""), Extcap.options(words));
    assertEquals(
        ("vtl:capture stream --link lab --stage drop " + (more == null ? "" : more)).strip(),
        String.join(" ", command));
  }
}

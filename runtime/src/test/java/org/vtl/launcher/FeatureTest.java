package org.vtl.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureTest {
  @Test
  void readsBundlesInTheirOrder() {
    Feature feature =
        Feature.parse(
            "x",
            """
            {
              "id": "g:a:1",
              "bundles": [
                { "id": "g:b:2", "start-order": 7 },
                // the rest
                { "id": "g:c:jar:sources:3", "hash": "0" }
              ]
            }
            """);
    assertEquals(
        List.of(
            new Feature.BundleEntry(new Coordinates("g", "b", "2", "jar", ""), 7),
            new Feature.BundleEntry(
                new Coordinates("g", "c", "3", "jar", "sources"), Feature.DEFAULT_START_LEVEL)),
        feature.bundles());
  }

  @Test
  void placesCoordinatesInTheMavenLayout() {
    Path root = Path.of("system");
    assertEquals(
        Path.of("system/org/x/y/1.2/y-1.2.jar"), Coordinates.parse("org.x:y:1.2").in(root));
    assertEquals(
        Path.of("system/org/x/y/1.2/y-1.2-c.zip"), Coordinates.parse("org.x:y:zip:c:1.2").in(root));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[]                                         | it is not a JSON object",
        "{}                                         | it has no \"id\"",
        "{\"id\":\"g:a:1\",\"bundles\":{}}          | \"bundles\" is not a list",
        "{\"id\":\"g:a:1\",\"bundles\":[\"g:b:1\"]} | each of \"bundles\" must be an object with an"
            + " \"id\", and one is g:b:1",
        "{\"id\":\"g:a:1\",\"bundles\":[{\"id\":\"g:b\"}]} | \"g:b\" is not of the form"
            + " group:artifact[:type[:classifier]]:version",
        "{\"id\":\"g:a:1\",\"bundles\":[{\"id\":\"../g:b:1\"}]} | \"../g:b:1\" is not of the form"
            + " group:artifact[:type[:classifier]]:version",
        "{\"id\":\"g:a:1\",\"bundles\":[{\"id\":\"g:b:1\",\"start-order\":0}]} | \"start-order\" of"
            + " g:b:1 is not a whole number from 1 to 99",
        "{\"id\":\"g:a:1\",\"bundles\":[{\"id\":\"g:b:1\",\"start-order\":1.5}]} | \"start-order\""
            + " of g:b:1 is not a whole number from 1 to 99",
        "{\"id\":\"g:a:1\",\"configurations\":{\"p\":{}}} | it has \"configurations\", which belong"
            + " into files in etc/",
      })
  void saysWhatIsWrong(String json, String message) {
    IllegalArgumentException fault =
        assertThrows(IllegalArgumentException.class, () -> Feature.parse("x", json));
    assertEquals(message, fault.getMessage());
  }

  @Test
  void namesTheFeaturesThatThereAre(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("shell.json"), "{}");
    Files.writeString(folder.resolve("core.json"), "{");
    LaunchException missing =
        assertThrows(LaunchException.class, () -> Feature.read(folder, "cor"));
    assertTrue(missing.getMessage().endsWith("choose one of: core, shell."), missing.getMessage());
    LaunchException broken =
        assertThrows(LaunchException.class, () -> Feature.read(folder, "core"));
    assertTrue(
        broken.getMessage().endsWith("core.json is not usable: line 1: a string is missing."),
        broken.getMessage());
  }
}

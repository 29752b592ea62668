package org.vtl.web.internal.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.management.Refusal;

class FormerVersionsTest {
  @TempDir Path folder;
  private final FormerVersions versions = new FormerVersions();

  private Path jar(String name) throws Exception {
    return Files.createFile(folder.resolve(name + ".jar"));
  }

  @Test
  void oneGoesBackAndForwardBetweenTheLastTwo() throws Exception {
    Path first = jar("1");
    Path second = jar("2");
    Path third = jar("3");
    versions.installed("a 1.0.0", first);
    assertEquals(List.of(), versions.list());
    assertThrows(Refusal.class, () -> versions.former("a"));
    versions.installed("a 2.0.0", second);
    versions.installed("a 3.0.0", third);
    assertFalse(Files.exists(first), "nobody goes back so far");
    assertEquals(List.of(new FormerVersions.Former("a", "2.0.0")), versions.list());
    assertEquals(second, versions.former("a"));
    versions.wentBack("a");
    assertEquals(third, versions.former("a"));
    assertEquals(List.of(new FormerVersions.Former("a", "3.0.0")), versions.list());
  }

  @Test
  void whatIsGoneOrTooMuchIsNotKept() throws Exception {
    versions.installed("a 1.0.0", jar("a1"));
    versions.installed("a 2.0.0", jar("a2"));
    versions.forget("a");
    assertEquals(List.of(), versions.list());
    for (int i = 0; i < 9; i++) {
      versions.installed("b" + i + " 1.0.0", jar("b" + i));
    }
    assertFalse(Files.exists(folder.resolve("b0.jar")));
    assertTrue(Files.exists(folder.resolve("b1.jar")));
    versions.close();
    try (var left = Files.list(folder)) {
      assertEquals(List.of(), left.toList());
    }
  }
}

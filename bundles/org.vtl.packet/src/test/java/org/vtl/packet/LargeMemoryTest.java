package org.vtl.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LargeMemoryTest {
  @ParameterizedTest
  @ValueSource(
      longs = {1, 4_096, LargeMemory.PAGE - 1, LargeMemory.PAGE, 5 * LargeMemory.PAGE + 77})
  void isZerosOfTheLengthAskedForUntilItsArenaCloses(long bytes) {
    MemorySegment memory;
    try (Arena arena = Arena.ofConfined()) {
      memory = LargeMemory.allocate(arena, bytes);
      assertEquals(bytes, memory.byteSize());
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, bytes - 1));
      memory.fill((byte) 1);
      if (bytes >= LargeMemory.PAGE) {
        assertEquals(0, memory.address() % LargeMemory.PAGE, "it begins amid a large page");
      }
    }
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
  }

  /** "hg" among the flags of the mapping, which proc_pid_smaps(5) explains. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void asksForLargePages() throws IOException {
    if (!Files.exists(Path.of("/sys/kernel/mm/transparent_hugepage"))) {
      return; // a kernel without any
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = LargeMemory.allocate(arena, 4 * LargeMemory.PAGE);
      String begin = "%x-".formatted(memory.address());
      List<String> maps = Files.readAllLines(Path.of("/proc/self/smaps"));
      int at = 0;
      while (!maps.get(at).startsWith(begin)) {
        at++;
      }
      while (!maps.get(at).startsWith("VmFlags:")) {
        at++;
      }
      assertEquals("hg", maps.get(at).replaceAll(".* (hg) .*", "$1"), "not asked for");
    }
  }
}

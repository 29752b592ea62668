package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.packet.pcapng.CaptureReader;
import org.vtl.service.capture.internal.CaptureWriter.State;

/** Files that fill up, rotate and end early; disks that fill up and are freed again. */
class CaptureDiskTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int MEGABYTE = 1 << 20;

  @TempDir Path folder;

  @Test
  void aRingOfFilesKeepsTheNewest() throws Exception {
    try (CaptureRig rig = rig("--file", "r.pcapng", "--file-mb", "1", "--files", "3")) {
      for (int i = 0; i < 100; i++) {
        rig.see(CaptureRig.ARRIVAL, rig.sealed(60_000));
        rig.writer.turn();
      }
      rig.finish();
      assertEquals(100, rig.writer.packets());
      assertEquals(0, rig.writer.pauses());
    }
    List<Path> files = files();
    assertEquals(
        List.of("r-00004.pcapng", "r-00005.pcapng", "r-00006.pcapng"),
        files.stream().map(file -> file.getFileName().toString()).toList());
    for (Path file : files) {
      assertTrue(Files.size(file) <= MEGABYTE, file + " has " + Files.size(file));
      assertTrue(packets(file) > 0);
    }
  }

  @Test
  void aRingCountsTheFilesOfEarlierStarts() throws Exception {
    Files.createFile(folder.resolve("test-20200101T000000Z-00001.pcapng"));
    Files.createFile(folder.resolve("test-20200101T000000Z-00002.pcapng"));
    Files.createFile(folder.resolve("test-notes-00002.pcapng"));
    try (CaptureRig rig = rig("--file-mb", "1", "--files", "2")) {
      rig.finish();
    }
    assertEquals(
        List.of(
            "test-20200101T000000Z-00002.pcapng",
            "test-20270115T080000Z-00001.pcapng",
            "test-notes-00002.pcapng"),
        files().stream().map(file -> file.getFileName().toString()).toList());
  }

  @Test
  void aSingleFileEndsTheCaptureWhenItIsFull() throws Exception {
    try (CaptureRig rig = rig("--file", "s.pcapng", "--file-mb", "1")) {
      for (int i = 0; i < 30; i++) {
        rig.see(CaptureRig.ARRIVAL, rig.sealed(60_000));
        rig.writer.turn();
      }
      assertEquals(State.FULL, rig.writer.state());
      assertTrue(rig.full);
      assertEquals("The file has reached file.mb.", rig.writer.reason());
      rig.finish();
      assertEquals(State.FULL, rig.writer.state());
      assertEquals(rig.writer.packets(), packets(folder.resolve("s.pcapng")));
    }
    assertTrue(Files.size(folder.resolve("s.pcapng")) <= MEGABYTE);
  }

  @Test
  void aFileThatIsThereIsNotOverwritten() throws Exception {
    Path file = Files.writeString(folder.resolve("there.pcapng"), "precious");
    assertThrows(FileAlreadyExistsException.class, () -> rig("--file", "there.pcapng").close());
    assertEquals("precious", Files.readString(file));
    try (CaptureRig rig = rig("--file", "there.pcapng", "--force")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.finish();
    }
    assertEquals(1, packets(file));
  }

  @Test
  void itPausesBeforeTheDiskIsFullAndGoesOnAfter() throws Exception {
    try (CaptureRig rig = rig("--file", "p.pcapng", "--free-mb", "100")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.writer.turn();
      rig.disk.free = 99L * MEGABYTE;
      rig.clock.advance(2 * SECOND);
      rig.see(CaptureRig.ARRIVAL, rig.sealed(2));
      rig.writer.turn();
      assertEquals(State.PAUSED, rig.writer.state());
      assertEquals(
          "Only 99 MB are free where "
              + folder.resolve("p.pcapng")
              + " is, less than free.mb=100; make room.",
          rig.writer.reason());
      rig.clock.advance(2 * SECOND);
      rig.writer.turn();
      assertEquals(1, rig.writer.pauses());
      rig.disk.free = 200L * MEGABYTE;
      rig.clock.advance(2 * SECOND);
      rig.see(CaptureRig.ARRIVAL, rig.sealed(3));
      rig.writer.turn();
      assertEquals(State.RUNNING, rig.writer.state());
      rig.finish();
      assertEquals(2, rig.writer.packets());
    }
    try (CaptureReader reader = CaptureReader.open(folder.resolve("p.pcapng"))) {
      assertTrue(reader.next());
      assertTrue(reader.next());
      assertEquals(57, reader.originalLength());
      assertEquals(1, reader.dropped());
      assertFalse(reader.next());
      assertNull(reader.problem());
    }
  }

  @Test
  void aWriteThatFailsHalfwayLeavesASoundFileAndLosesNothingThatWasTaken() throws Exception {
    Path file = folder.resolve("f.pcapng");
    try (CaptureRig rig = rig("--file", "f.pcapng", "--free-mb", "0")) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.writer.turn();
      rig.disk.fits = 100;
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1_000));
      rig.writer.turn();
      assertEquals(State.PAUSED, rig.writer.state());
      assertTrue(rig.writer.reason().contains("No space left on device"), rig.writer.reason());
      assertEquals(1, packets(file));
      rig.see(CaptureRig.ARRIVAL, rig.sealed(2)); // lost, and told
      rig.writer.turn();
      rig.disk.fits = Long.MAX_VALUE;
      rig.clock.advance(2 * SECOND);
      rig.writer.turn();
      assertEquals(State.RUNNING, rig.writer.state());
      assertEquals(2, packets(file));
      rig.finish();
    }
    assertEquals(2, packets(file));
  }

  @Test
  void aDiskThatIsFullWhenAFileIsToEndKeepsTheLast() throws Exception {
    try (CaptureRig rig =
        rig("--file", "e.pcapng", "--file-mb", "1", "--files", "2", "--free-mb", "0")) {
      rig.disk.fits = MEGABYTE * 3 / 2;
      for (int i = 0; i < 40; i++) {
        rig.see(CaptureRig.ARRIVAL, rig.sealed(60_000));
        rig.writer.turn();
      }
      assertEquals(State.PAUSED, rig.writer.state());
      rig.disk.fits = Long.MAX_VALUE;
      rig.clock.advance(2 * SECOND);
      rig.writer.turn();
      assertEquals(State.RUNNING, rig.writer.state());
      rig.see(CaptureRig.ARRIVAL, rig.sealed(1));
      rig.finish();
    }
    for (Path file : files()) {
      packets(file);
    }
    assertEquals(2, files().size());
  }

  @Test
  void aKilledCaptureIsReadableUpToTheLastBlock() throws Exception {
    Path file = folder.resolve("k.pcapng");
    CaptureRig rig = rig("--file", "k.pcapng");
    for (int i = 0; i < 10; i++) {
      rig.see(CaptureRig.ARRIVAL, rig.sealed(100));
    }
    rig.writer.turn();
    rig.see(CaptureRig.ARRIVAL, rig.sealed(100)); // still in memory when the process dies
    assertEquals(10, packets(file));
    assertEquals(10, Tshark.fields(file, "frame.number").size());
    rig.finish();
    rig.close();
  }

  private CaptureRig rig(String... words) throws IOException {
    return new CaptureRig(folder, CaptureRig.options(words));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.sorted().toList();
    }
  }

  private static long packets(Path file) throws IOException {
    long packets = 0;
    try (CaptureReader reader = CaptureReader.open(file)) {
      while (reader.next()) {
        packets++;
      }
      assertNull(reader.problem());
    }
    return packets;
  }
}

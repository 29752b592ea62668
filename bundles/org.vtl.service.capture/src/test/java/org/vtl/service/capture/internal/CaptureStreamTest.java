package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.vtl.service.PacketTap;

@Timeout(30)
class CaptureStreamTest {
  @TempDir Path folder;

  private Capture start(CaptureOptions options, PrintStream out, List<PacketTap> taps) {
    return new Capture(
        CaptureSpec.of("stream-1", options, folder),
        false,
        new CaptureStream(out),
        System::nanoTime,
        tap -> {
          taps.add(tap);
          return () -> taps.remove(tap);
        });
  }

  @Test
  void whatIsReadIsAWholeFile() throws Exception {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    List<PacketTap> taps = new ArrayList<>();
    Capture capture = start(CaptureRig.options("--stage", "all"), new PrintStream(read), taps);
    try (CaptureRig rig = new CaptureRig(folder.resolve("rig"), new CaptureOptions())) {
      taps.getFirst()
          .seen(CaptureRig.ARRIVAL, rig.sealed(100), CaptureRig.connection(17), null, null);
      taps.getFirst()
          .seen(CaptureRig.DEPARTURE, rig.sealed(200), CaptureRig.connection(17), null, null);
    }
    assertEquals("whoever reads the stream", capture.status().file());
    capture.stop();
    assertEquals(List.of(), taps);
    Path file = Files.write(folder.resolve("read.pcapng"), read.toByteArray());
    assertEquals(
        List.of("lab/vm/arrival|154", "lab/network/departure|254"),
        Tshark.fields(file, "frame.interface_name", "frame.len"));
    assertFalse(Files.exists(folder.resolve("stream-1.pcapng")));
  }

  @Test
  void itEndsWhenNobodyReadsAnyMore() throws Exception {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int octet) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    CaptureStream stream = new CaptureStream(new PrintStream(closed));
    Capture capture =
        new Capture(
            CaptureSpec.of("stream-1", new CaptureOptions(), folder),
            false,
            stream,
            System::nanoTime,
            tap -> () -> {});
    stream.awaitEnd();
    capture.stop();
    assertEquals("STOPPED", capture.status().state());
  }

  @Test
  void dropsAloneLeaveTheKernelItsConnections() {
    assertTrue(Stages.parse("drop").areDrops());
    assertFalse(Stages.parse("drop,arrival").areDrops());
    assertFalse(Stages.parse("all").areDrops());
  }
}

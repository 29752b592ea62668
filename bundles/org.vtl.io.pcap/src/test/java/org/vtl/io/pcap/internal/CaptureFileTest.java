package org.vtl.io.pcap.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vtl.packet.Bytes;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketBatch;
import org.vtl.packet.PacketPool;
import org.vtl.packet.Parser;
import org.vtl.port.PacketPort;
import org.vtl.port.PortAddress;
import org.vtl.port.PortException;

/** Capture files as ports. */
@Timeout(120)
class CaptureFileTest {
  private static final int BATCH = 64;

  private final PacketPool pool = new PacketPool(2 * BATCH);
  private final PacketBatch batch = new PacketBatch(BATCH);

  @TempDir Path folder;

  @AfterEach
  void close() {
    pool.close();
  }

  private static PacketPort open(String address) throws PortException {
    return new PcapPorts().open(PortAddress.parse(address), null);
  }

  private static String refusal(String address) {
    return assertThrows(PortException.class, () -> open(address)).getMessage();
  }

  private static String invalid(String address) {
    return assertThrows(IllegalArgumentException.class, () -> open(address)).getMessage();
  }

  /** Frames of lengths 60, 61, ... that carry their number. */
  private void write(Path file, int frames) throws PortException {
    try (PacketPort port = open("file:" + file + "?mode=write")) {
      PacketBatch out = new PacketBatch(BATCH);
      for (int i = 0; i < frames; i++) {
        Packet packet = pool.acquire();
        packet.memory().asSlice(Packet.HEADROOM, 60 + i).fill((byte) i);
        Bytes.setU16(packet.memory(), Packet.HEADROOM + 12L, 0x88b5);
        packet.frame(Packet.HEADROOM, 60 + i);
        out.add(packet);
        if (out.isFull() || i == frames - 1) {
          assertEquals(out.size(), port.transmit(out));
          while (out.size() > 0) {
            pool.release(out.removeLast());
          }
        }
      }
      assertEquals(frames, port.statistics().transmittedFrames());
      assertTrue(port.isExhausted());
    }
  }

  /** The lengths of all frames that come from a port before it is exhausted. */
  private List<Integer> drain(PacketPort port) throws PortException {
    while (!batch.isFull()) {
      batch.add(pool.acquire());
    }
    List<Integer> lengths = new ArrayList<>();
    while (true) {
      int count = port.poll(batch);
      for (int i = 0; i < count; i++) {
        Parser.parse(batch.get(i));
        lengths.add(batch.get(i).length());
      }
      if (count == 0 && port.isExhausted()) {
        return lengths;
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.pcap", "a.pcapng", "a.cap"})
  void whatIsWrittenIsRead(String name) throws Exception {
    Path file = folder.resolve(name);
    write(file, 200);
    byte[] head = Files.readAllBytes(file);
    assertEquals(name.endsWith("pcapng"), head[0] == 0x0a);
    try (PacketPort port = open("file:" + file + "?speed=max")) {
      assertEquals(Stream.iterate(60, n -> n + 1).limit(200).toList(), drain(port));
      assertEquals((byte) 199, batch.get(7).memory().get(ValueLayout.JAVA_BYTE, Packet.HEADROOM));
      assertEquals(200, port.statistics().receivedFrames());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.pcap", "a.pcapng"})
  void otherToolsReadIt(String name) throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/tshark")), "tshark is not installed.");
    Path file = folder.resolve(name);
    write(file, 100);
    Process tshark =
        new ProcessBuilder(
                "/usr/bin/tshark", "-r", file.toString(), "-T", "fields", "-e", "frame.len")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tshark.waitFor());
    assertEquals(
        Stream.iterate(60, n -> n + 1).limit(100).map(String::valueOf).toList(),
        text.lines().toList());
  }

  @Test
  void framesKeepTheirDistance() throws Exception {
    Path file = folder.resolve("a.pcap");
    write(file, 3);
    byte[] bytes = Files.readAllBytes(file);
    // The second frame 100 ms after the first, the third 100 ms after that.
    long[] millis = {0, 100, 200};
    int at = 24;
    ByteBuffer order = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (int i = 0; i < 3; i++) {
      order.putInt(at, 1_000).putInt(at + 4, (int) (millis[i] * 1_000_000));
      at += 16 + 60 + i;
    }
    Files.write(file, bytes);
    try (PacketPort port = open("file:" + file)) {
      long begin = System.nanoTime();
      assertEquals(List.of(60, 61, 62), drain(port));
      assertTrue(System.nanoTime() - begin >= Duration.ofMillis(200).toNanos());
    }
    try (PacketPort port = open("file:" + file + "?speed=max")) {
      assertEquals(List.of(60, 61, 62), drain(port));
    }
  }

  @Test
  void aFileCutOffEndsBeforeTheCut() throws Exception {
    Path file = folder.resolve("a.pcap");
    write(file, 10);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 61) {
      Files.write(file, Arrays.copyOf(whole, length));
      if (length < 24) {
        assertTrue(refusal("file:" + file).contains("Name a pcap or pcapng file."));
      } else if (length < 24 + 16 + 60) {
        // Nothing but the header: an empty capture; more: cut off in its first packet.
        if (length > 24) {
          assertTrue(refusal("file:" + file).contains("is cut off in a packet"));
        }
      } else {
        try (PacketPort port = open("file:" + file + "?speed=max")) {
          assertTrue(drain(port).size() < 10);
        }
      }
    }
  }

  @Test
  void framesForAFileThatIsReadAreRefused() throws Exception {
    Path file = folder.resolve("a.pcap");
    write(file, 1);
    try (PacketPort port = open("file:" + file)) {
      Packet packet = pool.acquire();
      packet.frame(Packet.HEADROOM, 60);
      PacketBatch out = new PacketBatch(1);
      out.add(packet);
      assertEquals(1, port.transmit(out));
      assertEquals(1, port.statistics().refusedFrames());
      assertFalse(port.isExhausted());
    }
  }

  @Test
  void refusalsNameTheRemedy() throws Exception {
    Path file = folder.resolve("a.pcap");
    assertEquals(
        "Port file:"
            + file
            + " cannot be opened: there is no such file or folder; correct the path.",
        refusal("file:" + file));
    assertTrue(
        refusal("file:" + folder.resolve("no/such") + "?mode=write").contains("no such file"));
    assertTrue(refusal("file:" + folder).contains("cannot be opened"));
    Files.writeString(file, "no capture at all");
    assertTrue(refusal("file:" + file).contains("neither pcapng nor pcap"));
    assertTrue(invalid("file:" + file + "?mode=append").contains("neither read nor write"));
    assertTrue(invalid("file:" + file + "?speed=2").contains("neither original nor max"));
    assertTrue(invalid("file:" + file + "?mode=write&speed=max").contains("for reading only"));
    assertTrue(invalid("file:" + file + "?loop=1").contains("its options are mode, speed"));
  }

  /** Every file of a corpus is read to its end or refused by a sentence. */
  @Test
  void noCaptureFileHarms() throws Exception {
    Path corpus = corpus();
    assumeTrue(corpus != null, "No corpus: set the system property vtl.corpus to a folder.");
    int opened = 0;
    int refused = 0;
    long frames = 0;
    List<Path> files;
    try (Stream<Path> listed = Files.list(corpus)) {
      files = listed.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      try (PacketPort port = open("file:" + file + "?speed=max")) {
        frames += drain(port).size();
        opened++;
      } catch (PortException e) {
        assertTrue(e.getMessage().endsWith("."), e.getMessage());
        refused++;
      }
    }
    System.out.println(
        corpus + ": " + opened + " opened, " + refused + " refused, " + frames + " frames");
    assertTrue(opened > refused);
    assertTrue(frames > 0);
  }

  private static Path corpus() {
    String named = System.getProperty("vtl.corpus");
    if (named != null) {
      return Path.of(named);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path found = at.resolve("shared/corpus/tcpdump");
      if (Files.isDirectory(found)) {
        return found;
      }
    }
    return null;
  }
}

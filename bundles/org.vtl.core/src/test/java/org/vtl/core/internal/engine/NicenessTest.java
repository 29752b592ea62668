package org.vtl.core.internal.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.vtl.connection.Connection;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;

/** How nice workers are, as the kernel says it. */
@Timeout(40)
class NicenessTest {
  private static final int CAP_SYS_NICE = 23;
  private static final int CAPABILITIES_VERSION_3 = 0x20080522;

  private final List<LogRecord> said = new ArrayList<>();
  private final Logger log = Logger.getLogger(LaneThread.class.getName());
  private final Handler ear =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          synchronized (said) {
            said.add(entry);
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final Engine engine = Engine.create(System::nanoTime, Engine.Drive.THREADS);

  @BeforeEach
  void begin() {
    assumeTrue(Files.exists(Path.of("/proc/self/task")), "skipped: tells by Linux's /proc");
    log.addHandler(ear);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
  }

  @AfterEach
  void end() {
    engine.close();
    log.removeHandler(ear);
  }

  @Test
  void workersAreAsNiceAsTheLinkSaysAndOthersAreNot() throws Exception {
    assumeTrue(mayRaise(), "skipped: takes CAP_SYS_NICE");
    int mine = nice(Path.of("/proc/thread-self/stat"));
    link("workers", 2);
    assertEquals(List.of(mine, mine), workers(2));
    link("workers", 2, "nice", -10);
    awaitWorkers(-10, -10);
    link("workers", 2, "nice", -20);
    awaitWorkers(-20, -20);
    link("workers", 2, "nice", 19);
    awaitWorkers(19, 19);
    link("workers", 2, "nice", 0);
    awaitWorkers(mine, mine);
    assertEquals(mine, nice(Path.of("/proc/thread-self/stat")));
    assertEquals(List.of(), said);
  }

  @Test
  void whoMayNotBeLessNiceStaysAndSaysSoOnce() throws Exception {
    int mine = nice(Path.of("/proc/thread-self/stat"));
    Thread restrained =
        Thread.ofPlatform()
            .start(
                () -> {
                  dropSysNice();
                  link("workers", 2, "nice", -10); // its threads may what this one may
                });
    restrained.join();
    Rig.awaitUp(engine);
    awaitWorkers(mine, mine);
    assertEquals(1, said.size());
    String sentence = new java.util.logging.SimpleFormatter().formatMessage(said.getFirst());
    assertEquals(
        "The workers of link lab stay at nice "
            + mine
            + ", as the system refuses -10 (error 13); give VTL CAP_SYS_NICE or a limit for it"
            + " (systemd: LimitNICE=-10), or set the key nice of the link to 0.",
        sentence);
  }

  @Test
  void aWorkerThatIsAbandonedGivesWay() throws Exception {
    assumeTrue(mayRaise(), "skipped: takes CAP_SYS_NICE");
    int mine = nice(Path.of("/proc/thread-self/stat"));
    CountDownLatch enough = new CountDownLatch(1);
    PacketService stuck =
        new PacketService() {
          @Override
          public Verdict process(Packet packet, Connection connection) {
            while (enough.getCount() > 0) {
              Thread.onSpinWait();
            }
            return Verdict.CONTINUE;
          }
        };
    link("nice", -10);
    Rig.awaitUp(engine);
    engine.addService(stuck, Map.of("vtl.name", "stuck", "vtl.priority", 100));
    try (PacketPool pool = new PacketPool(1)) {
      ports.port("vm").deliver(Frames.udp().build(pool.acquire()));
      while (workers(1).size() < 2) {
        TimeUnit.MILLISECONDS.sleep(5);
      }
      List<Integer> both = new ArrayList<>(workers(2));
      both.sort(null);
      assertEquals(List.of(-10, mine), both);
    } finally {
      enough.countDown();
    }
  }

  @Test
  void whatIsNoNiceValueIsRefused() {
    for (int wrong : new int[] {-21, 20}) {
      String why =
          assertThrows(IllegalArgumentException.class, () -> link("nice", wrong)).getMessage();
      assertTrue(
          why.contains("\"nice\" is \"" + wrong + "\"; write a whole number from -20 to 19"));
    }
  }

  private void link(Object... keysAndValues) {
    engine.addLink("lab", Rig.configuration(keysAndValues));
  }

  private static void awaitWorkers(Integer... expected) throws Exception {
    while (!workers(expected.length).equals(List.of(expected))) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** How nice the workers of link lab are, once there are {@code least} that have settled. */
  private static List<Integer> workers(int least) throws Exception {
    List<Integer> found = new ArrayList<>();
    while (found.size() < least) {
      TimeUnit.MILLISECONDS.sleep(20);
      found.clear();
      try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
        for (Path thread : threads) {
          if (Files.readString(thread.resolve("comm")).startsWith("vtl-lab")) {
            found.add(nice(thread.resolve("stat")));
          }
        }
      } catch (IOException e) {
        found.clear(); // one of them ended under way
      }
    }
    return found;
  }

  /** Field 19 of a thread's {@code stat}; its second may have blanks. */
  private static int nice(Path stat) throws IOException {
    String text = Files.readString(stat);
    return Integer.parseInt(text.substring(text.lastIndexOf(')') + 2).split(" ")[16]);
  }

  private static boolean mayRaise() throws IOException {
    return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
        .filter(line -> line.startsWith("CapEff:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(capabilities -> (capabilities >>> CAP_SYS_NICE & 1) != 0);
  }

  /** Takes CAP_SYS_NICE from the calling thread, if it has it: capset(2). */
  @SuppressWarnings("restricted")
  private static void dropSysNice() {
    Linker linker = Linker.nativeLinker();
    FunctionDescriptor type =
        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment header = arena.allocate(8, 4);
      MemorySegment data = arena.allocate(24, 4);
      header.set(ValueLayout.JAVA_INT, 0, CAPABILITIES_VERSION_3);
      int result =
          (int)
              linker
                  .downcallHandle(linker.defaultLookup().findOrThrow("capget"), type)
                  .invokeExact(header, data);
      for (long at = 0; at < 12; at += 4) {
        int without = data.get(ValueLayout.JAVA_INT, at) & ~(1 << CAP_SYS_NICE);
        data.set(ValueLayout.JAVA_INT, at, without);
      }
      result |=
          (int)
              linker
                  .downcallHandle(linker.defaultLookup().findOrThrow("capset"), type)
                  .invokeExact(header, data);
      assertEquals(0, result);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}

package org.vtl.service.capture.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.packet.pcapng.CaptureReader;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.PacketTap;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.AllocationProbe;
import org.vtl.testkit.Configuration;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPort;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;

/** Captures of a running engine, started and ended by the command and by configurations. */
class CaptureInEngineTest {
  @TempDir Path data;

  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final MemoryPort vm = ports.port("vm");
  private final MemoryPort network = ports.port("net");
  private final PacketPool pool = new PacketPool(1);
  private final Packet packet = pool.acquire();
  private Engine engine;
  private Captures captures;
  private CaptureCommand command;
  private String out = "";
  private String err = "";
  private int taps;

  /** Drops what goes to port 23. */
  private static final class Block implements PacketService {
    private Reason reason;

    @Override
    public void attach(ServiceContext context) {
      reason = context.reason("port", "To a blocked port.");
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      return packet.isTcp() && packet.tcp().destinationPort() == 23
          ? reason.drop(packet)
          : Verdict.CONTINUE;
    }
  }

  @BeforeEach
  void start() {
    engine = Engine.create(new VirtualClock(), Engine.Drive.STEPPED);
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(new Block(), Map.of("vtl.name", "block", "vtl.priority", 200));
    engine.step(); // opens the ports
    captures = new Captures(framework());
    command = new CaptureCommand(captures, null);
  }

  @AfterEach
  void end() {
    captures.stopAll();
    engine.close();
    pool.close();
  }

  @Test
  void dropsOnlyWithServiceVerdictReasonAndConnection() throws Exception {
    assertEquals(0, call("start", "why", "--stage", "drop", "--file", "why.pcapng"));
    send(Frames.tcp().to("10.0.0.2:80").syn());
    send(Frames.tcp().to("10.0.0.2:23").syn());
    assertEquals(0, call("stop", "why"));
    assertEquals(
        List.of("lab/drop/block|service=block verdict=DROP reason=block/port connection=N|23"),
        fields(file("why.pcapng"), "frame.interface_name", "frame.comment", "tcp.dstport"));
  }

  @Test
  void everyStageOfOnePacket() throws Exception {
    call("start", "all", "--stage", "all", "--file", "all.pcapng", "--link", "lab");
    send(Frames.tcp().to("10.0.0.2:80").syn());
    call("stop", "all");
    assertEquals(
        List.of(
            "lab/vm/arrival|connection=N",
            "lab/service/block|service=block verdict=CONTINUE connection=N",
            "lab/network/departure|connection=N"),
        fields(file("all.pcapng"), "frame.interface_name", "frame.comment"));
  }

  @Test
  void noCaptureLeavesNoTap() {
    assertEquals(0, taps);
    call("start", "x");
    assertEquals(1, taps);
    call("stop", "x");
    assertEquals(0, taps);
  }

  @Test
  void theListTellsWhatIsGoingOn() throws Exception {
    assertEquals(0, call());
    assertEquals("No capture is running; start one with vtl:capture start NAME.\n", out);
    call("start", "web", "--filter", "tcp and port 80", "--file", "web.pcapng");
    call("list");
    assertTrue(out.contains("web   RUNNING  all   arrival  0"), out);
    call("list", "--json");
    assertTrue(
        out.contains("\"name\":\"web\",\"state\":\"RUNNING\"")
            && out.contains("\"filter\":\"tcp and port 80\""),
        out);
    assertEquals(0, call("stop", "web"));
    call("list", "--json");
    assertEquals("[]\n", out);
  }

  @Test
  void whatIsWrongIsSaidInOneSentence() throws Exception {
    Files.createDirectories(data.resolve("capture"));
    Files.writeString(file("there.pcapng"), "precious");
    assertEquals(1, call("start", "x", "--file", "there.pcapng"));
    assertEquals(
        "File "
            + file("there.pcapng")
            + " is there already; give another, {time} in its name, or --force (force=true).\n",
        err);
    assertEquals("precious", Files.readString(file("there.pcapng")));
    assertEquals(2, call("start", "x", "--nonsense"));
    assertEquals("Option --nonsense is unknown; vtl:capture --help says which there are.\n", err);
    assertEquals(2, call("start"));
    assertEquals("Give the capture a name: vtl:capture start NAME.\n", err);
    assertEquals(2, call("dance"));
    assertEquals(2, call("start", "x", "--files"));
    assertEquals(1, call("stop", "nobody"));
    assertEquals("There is no capture nobody; none is running.\n", err);
    assertEquals(1, call("stop", "nobody", "--json"));
    assertEquals("{\"error\":\"There is no capture nobody; none is running.\"}\n", out);
    assertEquals(0, call("start", "x"));
    assertEquals(1, call("start", "x"));
    assertTrue(err.startsWith("Capture x is there already, into "), err);
    assertEquals(0, call("--help"));
    assertTrue(out.startsWith("usage: capture start NAME"), out);
  }

  @Test
  void aConfigurationStartsAndEndsACapture() throws Exception {
    ConfiguredCapture configured = configured("night", Map.of("file", "night.pcapng"));
    send(Frames.udp());
    assertEquals(1, call("stop", "night"));
    assertEquals(
        "Capture night is configured; end it by vtl:config org.vtl.service.capture~night"
            + " enabled=false.\n",
        err);
    configured.stop();
    try (CaptureReader reader = CaptureReader.open(file("night.pcapng"))) {
      assertTrue(reader.next());
      assertNull(reader.problem());
    }
    configured = configured("night", Map.of("file", "night.pcapng"));
    call("list");
    assertTrue(out.contains("night  FAILED"), out);
    assertTrue(out.contains("is there already"), out);
    configured.stop();
    configured("off", Map.of("enabled", false));
    call("list", "--json");
    assertEquals("[]\n", out);
  }

  @Test
  void watchingAllocatesNothingPerPacket() {
    call("start", "fast", "--stage", "all", "--file", "fast.pcapng", "--filter", "tcp and port 23");
    Packet telnet = Frames.tcp().to("10.0.0.2:23").syn().build(packet);
    AllocationProbe.assertNone(
        50_000,
        () -> {
          vm.deliver(telnet);
          engine.step();
        });
    CaptureStatus status = captures.stop("fast");
    assertTrue(status.packets() + status.lost() >= 300_000, status.toString());
  }

  /** What tshark reads; which number a connection gets is the engine's business. */
  private static List<String> fields(Path file, String... fields) throws Exception {
    return Tshark.fields(file, fields).stream()
        .map(line -> line.replaceAll("connection=[1-9]\\d*", "connection=N"))
        .toList();
  }

  private void send(Frames frame) {
    vm.deliver(frame.build(packet));
    engine.step();
    network.clear();
  }

  private int call(String... words) {
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    int status =
        command.call(
            List.of(words),
            new PrintStream(outBytes, false, StandardCharsets.UTF_8),
            new PrintStream(errBytes, false, StandardCharsets.UTF_8));
    out = outBytes.toString(StandardCharsets.UTF_8);
    err = errBytes.toString(StandardCharsets.UTF_8);
    return status;
  }

  private Path file(String name) {
    return data.resolve("capture").resolve(name);
  }

  private ConfiguredCapture configured(String name, Map<String, Object> values) {
    Map<String, Object> properties = new HashMap<>(values);
    properties.put("service.pid", "org.vtl.service.capture~" + name);
    return new ConfiguredCapture(
        captures, Configuration.of(CaptureConfig.class, values), properties);
  }

  /** As much of a framework as a capture uses: a property, and taps that go to the engine. */
  private BundleContext framework() {
    return proxy(
        BundleContext.class,
        (method, arguments) ->
            switch (method) {
              case "getProperty" -> data.toString();
              case "registerService" -> register((PacketTap) arguments[1]);
              default -> throw new UnsupportedOperationException(method);
            });
  }

  private ServiceRegistration<?> register(PacketTap tap) {
    engine.addTap(tap, Map.of());
    taps++;
    return proxy(
        ServiceRegistration.class,
        (method, arguments) -> {
          engine.removeTap(tap);
          taps--;
          return null;
        });
  }

  private interface Answer {
    Object to(String method, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method.getName(), arguments)));
  }
}

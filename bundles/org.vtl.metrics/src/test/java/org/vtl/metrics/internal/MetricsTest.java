package org.vtl.metrics.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.vtl.connection.Connection;
import org.vtl.metrics.Reason;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.metrics.internal.exposition.Format;
import org.vtl.packet.Packet;
import org.vtl.packet.PacketPool;
import org.vtl.runtime.Engine;
import org.vtl.service.PacketService;
import org.vtl.service.ServiceContext;
import org.vtl.service.Verdict;
import org.vtl.testkit.Frames;
import org.vtl.testkit.MemoryPortProvider;
import org.vtl.testkit.VirtualClock;
import org.vtl.text.JsonFault;
import org.vtl.text.JsonReader;

/** What a real engine's numbers look like, and that the dashboard asks for no others. */
class MetricsTest {
  private static final Path DASHBOARD =
      Path.of("../../runtime/src/main/dist/share/grafana/vtl.json");
  private static final Pattern METRIC =
      Pattern.compile("\\b((?:vtl|jvm|process)_[a-z_]+)(?=[{ ,)]|$)");
  private static final Set<String> LABELS =
      Set.of(
          "link",
          "direction",
          "state",
          "side",
          "worker",
          "service",
          "reason",
          "quantile",
          "event",
          "area",
          "pool",
          "gc",
          "version",
          "java");

  private final MemoryPortProvider ports = new MemoryPortProvider();
  private final VirtualClock clock = new VirtualClock();
  private final Engine engine = Engine.create(clock, Engine.Drive.STEPPED);
  private final PacketPool pool = new PacketPool(2);
  private final Metrics metrics = new Metrics("1.2.3", engine.runtime());

  private final class Dropper implements PacketService {
    private Reason reason;

    @Override
    public void attach(ServiceContext context) {
      reason = context.reason("not-liked", "It is not liked.");
      context.counter("looked", "How often it looked.").increment();
    }

    @Override
    public Verdict process(Packet packet, Connection connection) {
      clock.advance(2_000);
      return packet.isUdp() ? reason.drop(packet) : Verdict.CONTINUE;
    }
  }

  @BeforeEach
  void start() {
    engine.addProvider(ports, MemoryPortProvider.SCHEME);
    engine.addLink("lab", Map.of("vm.port", "memory:vm", "network.port", "memory:net"));
    engine.addService(new Dropper(), Map.of("vtl.name", "dropper", "vtl.priority", 200));
    engine.step();
    engine.step();
    Packet frame = pool.acquire();
    for (int i = 0; i < 3; i++) {
      ports.port("vm").deliver(Frames.udp().payload("x").build(frame));
    }
    ports.port("net").deliver(Frames.tcp().from("10.0.0.2:80").to("10.0.0.1:5").syn().build(frame));
    while (engine.step() > 0) {
      // until nothing is left to do
    }
  }

  @AfterEach
  void close() {
    engine.close();
    pool.close();
  }

  @Test
  void theOlderFormatTellsWhatWasDropped() {
    ExpositionReader read = ExpositionReader.readText(metrics.text(Format.TEXT));
    Map<String, String> link = Map.of("link", "lab");
    assertEquals(
        3,
        read.value(
            "vtl_dropped_packets_total", Map.of("service", "dropper", "reason", "not-liked")));
    assertEquals(1, read.value("vtl_events_total", Map.of("event", "looked")));
    assertEquals(3, read.value("vtl_link_packets_total", Map.of("direction", "outbound")));
    assertEquals(1, read.value("vtl_link_packets_total", Map.of("direction", "inbound")));
    assertEquals(3, read.value("vtl_link_dropped_packets_total", link));
    assertEquals(1, read.value("vtl_link_state", Map.of("state", "UP")));
    assertEquals(0, read.value("vtl_link_state", Map.of("state", "CLOSED")));
    assertEquals(1, read.value("vtl_service_state", Map.of("state", "ACTIVE")));
    assertEquals(3, read.value("vtl_port_received_frames_total", Map.of("side", "vm")));
    assertEquals(1, read.value("vtl_build_info", Map.of("version", "1.2.3")));
    assertTrue(read.value("process_start_time_seconds", Map.of()) > 1.7e9);
    assertTrue(read.value("jvm_memory_used_bytes", Map.of("area", "heap")) > 1e6);
  }

  @Test
  void whatAServiceTakesForAPacketIsInSeconds() {
    for (Format format : Format.values()) {
      String text = metrics.text(format);
      ExpositionReader read =
          format == Format.TEXT
              ? ExpositionReader.readText(text)
              : ExpositionReader.readOpenMetrics(text);
      Map<String, String> service = Map.of("service", "dropper");
      assertEquals(4, read.value("vtl_service_packet_seconds_count", service));
      assertEquals(8e-6, read.value("vtl_service_packet_seconds_sum", service), 1e-12);
      double p99 = read.value("vtl_service_packet_seconds", Map.of("quantile", "0.99"));
      assertEquals(2e-6, p99, 0.25e-6);
    }
  }

  @Test
  void openMetricsTellsTheSame() {
    ExpositionReader text = ExpositionReader.readText(metrics.text(Format.TEXT));
    ExpositionReader open = ExpositionReader.readOpenMetrics(metrics.text(Format.OPEN_METRICS));
    assertEquals(text.names(), open.names());
    assertEquals("counter", open.types().get("vtl_link_bytes"));
    assertEquals("counter", text.types().get("vtl_link_bytes_total"));
    assertEquals("info", open.types().get("vtl_build"));
  }

  @Test
  void everyLabelIsOfAClosedSet() {
    for (ExpositionReader.Sample sample :
        ExpositionReader.readText(metrics.text(Format.TEXT)).samples()) {
      assertTrue(LABELS.containsAll(sample.labels().keySet()), sample.toString());
      assertFalse(sample.toString().contains("10.0.0."), sample.toString());
    }
  }

  @Test
  void whatIsWrittenIsListed() {
    Set<String> listed = new HashSet<>();
    metrics.families().forEach(family -> assertTrue(listed.add(family.name()), family.name()));
    ExpositionReader open = ExpositionReader.readOpenMetrics(metrics.text(Format.OPEN_METRICS));
    assertEquals(listed, open.types().keySet());
  }

  @Test
  void theDashboardAsksForMetricsThatThereAre() throws IOException, JsonFault {
    Set<String> names = new HashSet<>();
    for (Family family : metrics.families()) {
      switch (family.type()) {
        case COUNTER -> names.add(family.name() + "_total");
        case GAUGE -> names.add(family.name());
        case INFO -> names.add(family.name() + "_info");
        case SUMMARY ->
            names.addAll(List.of(family.name(), family.name() + "_sum", family.name() + "_count"));
      }
    }
    List<String> expressions = new ArrayList<>();
    collect(JsonReader.parse(Files.readString(DASHBOARD)), expressions);
    assertTrue(expressions.size() > 25, "only " + expressions.size());
    Set<String> asked = new TreeSet<>();
    for (String expression : expressions) {
      Matcher matcher = METRIC.matcher(expression);
      int before = asked.size();
      boolean any = false;
      while (matcher.find()) {
        any = true;
        asked.add(matcher.group(1));
      }
      assertTrue(any || before < asked.size(), expression);
    }
    asked.removeAll(names);
    assertEquals(Set.of(), asked);
  }

  private static void collect(Object node, List<String> expressions) {
    switch (node) {
      case Map<?, ?> map ->
          map.forEach(
              (key, value) -> {
                if (Set.of("expr", "definition").contains(key)) {
                  expressions.add(value.toString());
                } else {
                  collect(value, expressions);
                }
              });
      case List<?> list -> list.forEach(one -> collect(one, expressions));
      case null, default -> {
        // Neither holds another.
      }
    }
  }

  @Test
  void withoutAnEngineTheProcessIsToldOf() {
    ExpositionReader read = ExpositionReader.readText(new Metrics("1.2.3", null).text(Format.TEXT));
    assertFalse(read.names().contains("vtl_link_state"));
    assertTrue(read.names().contains("vtl_build_info"));
  }
}

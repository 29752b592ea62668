package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.vtl.metrics.Reason;
import org.vtl.port.PortStatistics;
import org.vtl.runtime.CounterInfo;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.PortInfo;

/** Describes links for people, their workers' parts put together. Any thread. */
final class LinkReport {
  private LinkReport() {}

  static LinkInfo of(Crew crew) {
    Lane first = crew.lane(0);
    List<String> missing = List.copyOf(first.plan().missing);
    String fault = fault(crew);
    PortInfo vmPort = port(crew, Lane::vmPort);
    PortInfo networkPort = port(crew, Lane::networkPort);
    String obstacle = vmPort.reason().isEmpty() ? networkPort.reason() : vmPort.reason();
    String state = !missing.isEmpty() ? "CLOSED" : fault.isEmpty() ? "UP" : "WAITING";
    String reason =
        missing.isEmpty()
            ? fault.isEmpty() ? obstacle : fault
            : "Nothing passes link "
                + crew.name()
                + " while it requires "
                + String.join(", ", missing)
                + "; install or mend that, or take it off the link's key required.";
    List<LinkInfo.WorkerInfo> workers = crew.lanes().stream().map(LinkReport::worker).toList();
    return new LinkInfo(
        crew.name(),
        state,
        reason,
        vmPort,
        networkPort,
        crew.settings().required(),
        missing,
        (int) sum(crew, lane -> lane.table().size()),
        sum(crew, lane -> lane.statistics().outboundPackets),
        sum(crew, lane -> lane.statistics().outboundBytes),
        sum(crew, lane -> lane.statistics().inboundPackets),
        sum(crew, lane -> lane.statistics().inboundBytes),
        sum(crew, lane -> lane.statistics().dropped()),
        (int) sum(crew, lane -> lane.packets().available()),
        (int) sum(crew, lane -> lane.packets().capacity()),
        first.kernelPath().obstacleNow(),
        (int) sum(crew, lane -> lane.kernelPath().known()),
        workers);
  }

  /** A link whose configuration is refused. */
  static LinkInfo of(String name, RefusedLink refused) {
    return new LinkInfo(
        name,
        "FAILED",
        refused.reason(),
        null,
        null,
        List.of(),
        List.of(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        "its configuration is refused",
        0,
        List.of());
  }

  private static LinkInfo.WorkerInfo worker(Lane lane) {
    LaneStatistics statistics = lane.statistics();
    return new LinkInfo.WorkerInfo(
        lane.worker(),
        lane.table().size(),
        statistics.outboundPackets,
        statistics.inboundPackets,
        statistics.dropped(),
        statistics.handedOver,
        lane.packets().available());
  }

  /** Why one of the ports is not open, empty when all are. */
  private static String fault(Crew crew) {
    for (Lane lane : crew.lanes()) {
      String fault = lane.vmPort().fault();
      if (fault.isEmpty()) {
        fault = lane.networkPort().fault();
      }
      if (!fault.isEmpty()) {
        return fault;
      }
    }
    return "";
  }

  /** One side's ports, of all workers. */
  static PortInfo port(Crew crew, Function<Lane, LinkPort> side) {
    List<PortInfo> ports = crew.lanes().stream().map(side).map(LinkPort::info).toList();
    PortInfo shown =
        ports.stream()
            .filter(port -> !port.state().equals("OPEN"))
            .findFirst()
            .orElse(ports.getFirst());
    return new PortInfo(
        shown.address(),
        shown.link(),
        shown.side(),
        shown.state(),
        shown.reason(),
        shown.offloads(),
        shown.mtu(),
        ports.stream().mapToLong(PortInfo::openings).max().orElse(0),
        new PortStatistics(
            counted(ports, PortStatistics::receivedFrames),
            counted(ports, PortStatistics::receivedBytes),
            counted(ports, PortStatistics::transmittedFrames),
            counted(ports, PortStatistics::transmittedBytes),
            counted(ports, PortStatistics::missedFrames),
            counted(ports, PortStatistics::refusedFrames)));
  }

  private static long counted(List<PortInfo> ports, ToLongFunction<PortStatistics> which) {
    return ports.stream().map(PortInfo::statistics).mapToLong(which).sum();
  }

  /** The engine's own counters of a link, its reasons for drops among them. */
  static List<CounterInfo> counters(Crew crew, List<Reason> reasons) {
    List<CounterInfo> counters = new ArrayList<>();
    for (Reason reason : reasons) {
      counters.add(
          new CounterInfo(
              reason.name(),
              crew.name(),
              true,
              sum(crew, lane -> lane.statistics().drops[reason.code()]),
              reason.description()));
    }
    add(
        counters,
        crew,
        "pool-exhausted",
        lane -> lane.statistics().poolExhausted,
        "polls that found no packet free; the frames waited in the port");
    add(
        counters,
        crew,
        "mtu-answers",
        lane -> lane.statistics().mtuAnswers,
        "senders told by ICMP that a packet of theirs is longer than the next MTU");
    add(
        counters,
        crew,
        "fragmented",
        lane -> lane.statistics().fragmented,
        "IPv4 packets sent in fragments, since they were longer than the next MTU");
    add(
        counters,
        crew,
        "timers-exhausted",
        lane -> lane.statistics().timersExhausted,
        "timers that could not be started because all were in use");
    add(
        counters,
        crew,
        "states-lost",
        lane -> lane.statistics().statesLost,
        "states of a service in connections for which there was no room until its successor came");
    add(
        counters,
        crew,
        "packets-abandoned",
        lane -> lane.statistics().packetsAbandoned,
        "packets lost to services that did not return");
    add(
        counters,
        crew,
        "packets-handed-over",
        lane -> lane.statistics().handedOver,
        "packets that arrived at another worker of the link than the one they belong to");
    add(
        counters,
        crew,
        "engine-faults",
        lane -> lane.statistics().engineFaults,
        "rounds ended by a fault of the engine itself; the log has it");
    add(
        counters,
        crew,
        "connections-evicted",
        lane -> lane.table().evictions(),
        "connections forgotten before their time, to make room");
    add(
        counters,
        crew,
        "connections-refused",
        lane -> lane.table().refusals(),
        "connections not opened because only established ones were left");
    return counters;
  }

  private static void add(
      List<CounterInfo> counters,
      Crew crew,
      String name,
      ToLongFunction<Lane> count,
      String description) {
    counters.add(
        new CounterInfo("core/" + name, crew.name(), false, sum(crew, count), description));
  }

  private static long sum(Crew crew, ToLongFunction<Lane> count) {
    return crew.lanes().stream().mapToLong(count).sum();
  }
}

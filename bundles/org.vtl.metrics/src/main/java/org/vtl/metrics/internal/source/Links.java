package org.vtl.metrics.internal.source;

import java.util.List;
import java.util.function.ToLongFunction;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.runtime.LinkInfo;
import org.vtl.runtime.VtlRuntime;

/** The links, their workers, and their packets' pools. */
public final class Links implements Source {
  private static final List<String> STATES = List.of("UP", "WAITING", "CLOSED", "FAILED");

  private static final Family STATE =
      Family.gauge("vtl_link_state", "1 for the state that the link is in, 0 for the others.");
  private static final Family PACKETS =
      Family.counter("vtl_link_packets", "Packets that came in, by where they were going.");
  private static final Family BYTES =
      Family.counter("vtl_link_bytes", "Bytes of frames that came in, by where they were going.");
  private static final Family DROPPED =
      Family.counter("vtl_link_dropped_packets", "Packets discarded, for all reasons.");
  private static final Family CONNECTIONS =
      Family.gauge("vtl_link_connections", "Connections in the table.");
  private static final Family OFFLOADED =
      Family.gauge(
          "vtl_link_offloaded_connections",
          "Connections that the kernel carries, or is ready to carry again.");
  private static final Family POOL =
      Family.gauge("vtl_link_pool_packets", "Packets that the link has room for.");
  private static final Family POOL_FREE =
      Family.gauge("vtl_link_pool_free_packets", "Packets that the link has room for just now.");
  private static final Family WORKER_PACKETS =
      Family.counter(
          "vtl_worker_packets", "Packets of a worker, by where they were going; several a link.");
  private static final Family WORKER_HANDED =
      Family.counter(
          "vtl_worker_handed_over_packets",
          "Packets that arrived at the worker and belonged to another of the link.");
  private static final Family WORKER_CONNECTIONS =
      Family.gauge("vtl_worker_connections", "Connections that the worker has.");

  private final VtlRuntime runtime;

  public Links(VtlRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public List<Family> families() {
    return List.of(
        STATE,
        PACKETS,
        BYTES,
        DROPPED,
        CONNECTIONS,
        OFFLOADED,
        POOL,
        POOL_FREE,
        WORKER_PACKETS,
        WORKER_HANDED,
        WORKER_CONNECTIONS);
  }

  @Override
  public void write(Exposition out) {
    List<LinkInfo> links = runtime.links();
    out.begin(STATE);
    for (LinkInfo link : links) {
      for (String state : STATES) {
        out.add(link.state().equals(state) ? 1 : 0, "link", link.name(), "state", state);
      }
    }
    both(out, PACKETS, links, LinkInfo::outboundPackets, LinkInfo::inboundPackets);
    both(out, BYTES, links, LinkInfo::outboundBytes, LinkInfo::inboundBytes);
    each(out, DROPPED, links, LinkInfo::dropped);
    each(out, CONNECTIONS, links, LinkInfo::connections);
    each(out, OFFLOADED, links, LinkInfo::offloaded);
    each(out, POOL, links, LinkInfo::poolSize);
    each(out, POOL_FREE, links, LinkInfo::poolFree);
    out.begin(WORKER_PACKETS);
    for (LinkInfo link : links) {
      for (LinkInfo.WorkerInfo worker : link.workers()) {
        String number = Integer.toString(worker.worker());
        out.add(
            worker.outboundPackets(),
            "link",
            link.name(),
            "worker",
            number,
            "direction",
            "outbound");
        out.add(
            worker.inboundPackets(), "link", link.name(), "worker", number, "direction", "inbound");
      }
    }
    workers(out, WORKER_HANDED, links, LinkInfo.WorkerInfo::handedOver);
    workers(out, WORKER_CONNECTIONS, links, LinkInfo.WorkerInfo::connections);
  }

  private static void each(
      Exposition out, Family family, List<LinkInfo> links, ToLongFunction<LinkInfo> value) {
    out.begin(family);
    for (LinkInfo link : links) {
      out.add(value.applyAsLong(link), "link", link.name());
    }
  }

  private static void both(
      Exposition out,
      Family family,
      List<LinkInfo> links,
      ToLongFunction<LinkInfo> outbound,
      ToLongFunction<LinkInfo> inbound) {
    out.begin(family);
    for (LinkInfo link : links) {
      out.add(outbound.applyAsLong(link), "link", link.name(), "direction", "outbound");
      out.add(inbound.applyAsLong(link), "link", link.name(), "direction", "inbound");
    }
  }

  private static void workers(
      Exposition out,
      Family family,
      List<LinkInfo> links,
      ToLongFunction<LinkInfo.WorkerInfo> value) {
    out.begin(family);
    for (LinkInfo link : links) {
      for (LinkInfo.WorkerInfo worker : link.workers()) {
        out.add(
            value.applyAsLong(worker),
            "link",
            link.name(),
            "worker",
            Integer.toString(worker.worker()));
      }
    }
  }
}

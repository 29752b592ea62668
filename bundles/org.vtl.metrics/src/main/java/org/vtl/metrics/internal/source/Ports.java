package org.vtl.metrics.internal.source;

import java.util.List;
import java.util.function.ToLongFunction;
import org.vtl.metrics.internal.exposition.Exposition;
import org.vtl.metrics.internal.exposition.Family;
import org.vtl.runtime.PortInfo;
import org.vtl.runtime.VtlRuntime;

/** The links' ports. Their counts begin anew when one is opened again, as a restart's do. */
public final class Ports implements Source {
  private static final Family UP = Family.gauge("vtl_port_up", "Whether the port is open.");
  private static final Family OPENINGS =
      Family.counter("vtl_port_openings", "How often the port was opened.");
  private static final Family RECEIVED =
      Family.counter("vtl_port_received_frames", "Frames that the port gave to VTL.");
  private static final Family RECEIVED_BYTES =
      Family.counter("vtl_port_received_bytes", "Bytes of the frames that the port gave to VTL.");
  private static final Family SENT =
      Family.counter("vtl_port_transmitted_frames", "Frames handed to the system.");
  private static final Family SENT_BYTES =
      Family.counter("vtl_port_transmitted_bytes", "Bytes of the frames handed to the system.");
  private static final Family MISSED =
      Family.counter(
          "vtl_port_missed_frames", "Frames lost because the system's queue was full before VTL.");
  private static final Family REFUSED =
      Family.counter("vtl_port_refused_frames", "Frames that the system would not transmit.");

  private final VtlRuntime runtime;

  public Ports(VtlRuntime runtime) {
    this.runtime = runtime;
  }

  @Override
  public List<Family> families() {
    return List.of(UP, OPENINGS, RECEIVED, RECEIVED_BYTES, SENT, SENT_BYTES, MISSED, REFUSED);
  }

  @Override
  public void write(Exposition out) {
    List<PortInfo> ports = runtime.ports();
    each(out, UP, ports, port -> port.state().equals("OPEN") ? 1 : 0);
    each(out, OPENINGS, ports, PortInfo::openings);
    each(out, RECEIVED, ports, port -> port.statistics().receivedFrames());
    each(out, RECEIVED_BYTES, ports, port -> port.statistics().receivedBytes());
    each(out, SENT, ports, port -> port.statistics().transmittedFrames());
    each(out, SENT_BYTES, ports, port -> port.statistics().transmittedBytes());
    each(out, MISSED, ports, port -> port.statistics().missedFrames());
    each(out, REFUSED, ports, port -> port.statistics().refusedFrames());
  }

  private static void each(
      Exposition out, Family family, List<PortInfo> ports, ToLongFunction<PortInfo> value) {
    out.begin(family);
    for (PortInfo port : ports) {
      out.add(value.applyAsLong(port), "link", port.link(), "side", port.side());
    }
  }
}

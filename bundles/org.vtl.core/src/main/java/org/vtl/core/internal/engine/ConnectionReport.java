package org.vtl.core.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.vtl.connection.Endpoint;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Address;
import org.vtl.packet.Protocol;
import org.vtl.packet.Seq;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.EndpointInfo;

/** Describes connections for people. Runs on the lane's worker. */
final class ConnectionReport {
  private ConnectionReport() {}

  static ConnectionInfo of(Lane lane, TrackedConnection connection) {
    lane.kernelPath().catchUp(connection);
    long now = lane.now();
    boolean tcp = connection.protocol() == Protocol.TCP;
    return new ConnectionInfo(
        connection.id(),
        lane.name(),
        lane.worker(),
        protocol(connection.protocol()),
        connection.vlan() == 0 ? -1 : connection.vlan() & 0xfff,
        end(connection.vm(), tcp),
        end(connection.network(), tcp),
        connection.opener().name(),
        connection.isMidstream(),
        connection.isEstablished(),
        (now - connection.openedNanos()) / 1e9,
        (now - connection.lastNanos()) / 1e9,
        chain(lane, connection),
        left(lane, connection),
        connection.invalidPackets(),
        lane.kernelPath().isCarried(connection) ? "kernel" : "vtl");
  }

  static String protocol(int protocol) {
    return switch (protocol) {
      case Protocol.TCP -> "tcp";
      case Protocol.UDP -> "udp";
      case Protocol.ICMP -> "icmp";
      case Protocol.ICMPV6 -> "icmpv6";
      default -> Integer.toString(protocol);
    };
  }

  private static EndpointInfo end(Endpoint end, boolean tcp) {
    return new EndpointInfo(
        Address.format(end.addressHigh(), end.addressLow()),
        end.port(),
        Address.formatMac(end.mac()),
        tcp ? end.state().name() : "",
        end.timeToLive(),
        Seq.unsigned(end.initialSequence()),
        Seq.unsigned(end.next()),
        Seq.unsigned(end.delivered()),
        Seq.unsigned(end.unacknowledged()),
        end.windowBytes(),
        end.windowScale(),
        end.maximumSegmentSize(),
        end.sackPermitted(),
        end.timestamps(),
        end.finished(),
        end.packets(),
        end.bytes());
  }

  /** Names of the services in the connection's chain, from the VM outward. */
  static List<String> chain(Lane lane, TrackedConnection connection) {
    return names(lane, lane.plan().chain(connection.traffic(), lane.plan().left(connection)));
  }

  private static List<String> left(Lane lane, TrackedConnection connection) {
    Plan plan = lane.plan();
    long all = plan.chain(connection.traffic());
    return names(lane, all & ~plan.chain(connection.traffic(), plan.left(connection)));
  }

  private static List<String> names(Lane lane, long chain) {
    List<String> names = new ArrayList<>();
    for (long rest = chain; rest != 0; rest &= rest - 1) {
      names.add(lane.plan().pipeline.stage(Long.numberOfTrailingZeros(rest)).name);
    }
    return names;
  }
}

package org.vtl.core.internal.engine;

import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.connection.Connections;
import org.vtl.connection.Link;
import org.vtl.core.internal.connection.TrackedConnection;
import org.vtl.packet.Packet;
import org.vtl.port.Fanout;

/** Opens and finds connections for services, each on its own lane. */
final class LaneConnections implements Connections {
  @Override
  public Connection find(Link link, ConnectionKey key) {
    Lane lane = lane(link);
    return fresh(lane, lane.table().find(key));
  }

  @Override
  public Connection open(Link link, Packet packet) {
    Lane lane = lane(link);
    require(lane, Fanout.worker(packet, lane.workers()));
    TrackedConnection found = lane.table().find(packet, packet.direction());
    return found != null
        ? fresh(lane, found)
        : lane.table().track(packet, packet.direction(), lane.now());
  }

  @Override
  public Connection open(Link link, ConnectionKey key) {
    Lane lane = lane(link);
    require(lane, lane.owner(key).worker());
    return fresh(lane, lane.table().open(key, lane.now()));
  }

  @Override
  public void close(Connection connection) {
    Lane lane = lane(connection.link());
    TrackedConnection own = (TrackedConnection) connection;
    if (own.isLive()) {
      lane.table().close(own);
    }
  }

  /** A connection opened elsewhere than where its packets come would be another beside theirs. */
  private static void require(Lane lane, int owner) {
    if (owner != lane.worker()) {
      throw new IllegalArgumentException(
          "The connection's packets belong to worker "
              + owner
              + " of link "
              + lane.name()
              + ", not to worker "
              + lane.worker()
              + "; open it there, in a task given to link.owner(key).execute(...).");
    }
  }

  /** Has its model include what the system carried, and services' state be the successors'. */
  private static Connection fresh(Lane lane, TrackedConnection found) {
    if (found == null) {
      return null;
    }
    long id = found.id();
    lane.succession().settle(found);
    if (found.id() != id) {
      return null; // a successor has closed it
    }
    lane.kernelPath().catchUp(found);
    return found;
  }

  private static Lane lane(Link link) {
    Lane lane = (Lane) link;
    lane.helm().requireThread();
    return lane;
  }
}

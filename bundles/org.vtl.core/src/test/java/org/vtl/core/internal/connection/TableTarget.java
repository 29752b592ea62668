package org.vtl.core.internal.connection;

import org.vtl.core.internal.connection.TcpTracker.Finding;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.testkit.ScriptCase;

/** Runs the tracker's scripts through a {@link ConnectionTable}. */
final class TableTarget extends TrackerTarget implements ConnectionTable.Listener {
  private ConnectionTable table;
  private boolean closed;

  @Override
  public void begin(ScriptCase.Run run) {
    super.begin(run);
    table = new ConnectionTable(this, 2, 42, 1, 1, this);
  }

  @Override
  void track(Direction direction, Packet packet, long nanos) {
    closed = false;
    TrackedConnection tracked = table.track(packet, direction, nanos);
    finding = table.isInvalid() ? Finding.INVALID : closed ? Finding.REOPENS : Finding.VALID;
    connection = tracked == null ? new TrackedConnection(this, true) : tracked;
    if (table.size() > 1) {
      throw new AssertionError("one script has one connection, not " + table.size());
    }
  }

  @Override
  public void opened(TrackedConnection connection) {}

  @Override
  public void catchUp(TrackedConnection connection) {}

  @Override
  public void closing(TrackedConnection connection) {
    closed = true;
  }
}

package org.vtl.shell.internal.command;

import java.util.ArrayList;
import java.util.List;
import org.vtl.runtime.ConnectionInfo;
import org.vtl.runtime.EndpointInfo;
import org.vtl.shell.internal.text.Units;
import org.vtl.text.Style;
import org.vtl.text.Table;

/** One connection in detail: both ends side by side, as the engine models them. */
final class ConnectionSheet {
  private ConnectionSheet() {}

  static String render(ConnectionInfo connection, Output output) {
    StringBuilder text = new StringBuilder();
    text.append(
        output.styled(
            "Connection %d on link %s".formatted(connection.id(), connection.link()),
            Style.HEADING));
    text.append(": ").append(String.join(", ", traits(connection))).append("\n\n");
    Table table = new Table("", "VM", "NETWORK");
    for (Line line : lines(connection.protocol().equals("tcp"))) {
      table.row(
          line.label(), line.value().of(connection.vm()), line.value().of(connection.network()));
    }
    text.append(output.render(table));
    text.append("\nchain    ").append(Units.list(connection.chain())).append('\n');
    text.append("left     ").append(Units.list(connection.left())).append('\n');
    text.append("path     ").append(connection.path()).append('\n');
    return text.toString();
  }

  private static List<String> traits(ConnectionInfo connection) {
    List<String> traits = new ArrayList<>();
    traits.add(connection.protocol());
    if (connection.vlan() >= 0) {
      traits.add("VLAN " + connection.vlan());
    }
    traits.add("opened " + connection.opener());
    if (connection.worker() > 0) {
      traits.add("on worker " + connection.worker());
    }
    traits.add(connection.established() ? "answered" : "not yet answered");
    if (connection.midstream()) {
      traits.add("picked up midway");
    }
    traits.add(Units.seconds(connection.ageSeconds()) + " old");
    traits.add("idle " + Units.seconds(connection.idleSeconds()));
    if (connection.invalid() > 0) {
      traits.add(Units.plural(connection.invalid(), "packet") + " that did not fit");
    }
    return traits;
  }

  private interface Value {
    Object of(EndpointInfo end);
  }

  private record Line(String label, Value value) {}

  private static List<Line> lines(boolean tcp) {
    List<Line> lines = new ArrayList<>();
    lines.add(new Line("address", ConnectionsCommand::address));
    lines.add(new Line("mac", EndpointInfo::mac));
    if (tcp) {
      lines.add(new Line("state", EndpointInfo::state));
      lines.add(new Line("initial sequence", EndpointInfo::initialSequence));
      lines.add(new Line("next", EndpointInfo::next));
      lines.add(new Line("delivered", EndpointInfo::delivered));
      lines.add(new Line("unacknowledged", EndpointInfo::unacknowledged));
      lines.add(new Line("window", EndpointInfo::window));
      lines.add(new Line("window scale", EndpointInfo::windowScale));
      lines.add(new Line("maximum segment", EndpointInfo::maximumSegmentSize));
      lines.add(new Line("options", ConnectionSheet::options));
      lines.add(new Line("finished", end -> end.finished() ? "yes" : "no"));
    }
    lines.add(new Line("time to live", EndpointInfo::timeToLive));
    lines.add(new Line("packets", EndpointInfo::packets));
    lines.add(new Line("bytes", end -> Units.bytes(end.bytes())));
    return lines;
  }

  private static String options(EndpointInfo end) {
    List<String> options = new ArrayList<>();
    if (end.sackPermitted()) {
      options.add("SACK");
    }
    if (end.timestamps()) {
      options.add("timestamps");
    }
    return String.join(", ", options);
  }
}

package org.vtl.service.splittcp.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.TcpRelays;

/** Relays that do nothing but note what was asked. */
final class FakeRelays implements TcpRelays {
  /** What every opening comes to. */
  Opening answer = Opening.OPENED;

  final List<String> asked = new ArrayList<>();
  final Map<Long, One> open = new HashMap<>();
  SplitOptions options;

  /** One that is open. */
  static final class One implements Relay {
    final RelayInfo info;
    String owner;
    boolean leaving;

    One(Connection connection, String owner) {
      this.owner = owner;
      info =
          new RelayInfo(
              connection.id(),
              connection.link().name(),
              new ConnectionKey(
                  connection.protocol(),
                  connection.vm().addressHigh(),
                  connection.vm().addressLow(),
                  connection.vm().port(),
                  connection.network().addressHigh(),
                  connection.network().addressLow(),
                  connection.network().port(),
                  connection.vlan()),
              Kind.SPLIT,
              State.OPEN,
              owner,
              3_000_000_000L,
              new RelayInfo.Side(
                  "ESTABLISHED", 100, 190, 10, 5, 65536, 8, 0, 14600, 65535, 200_000, "cubic"),
              new RelayInfo.Side(
                  "ESTABLISHED", 200, 70, 30, 30, 65536, 9, 3, 29200, 32768, 600_000_000, "bbr"));
    }

    @Override
    public Kind kind() {
      return Kind.SPLIT;
    }

    @Override
    public State state() {
      return leaving ? State.LEAVING : State.OPEN;
    }

    @Override
    public String owner() {
      return owner;
    }

    @Override
    public void leave() {
      leaving = true;
    }

    @Override
    public void abort() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long held(Direction direction) {
      return 0;
    }

    @Override
    public long undelivered(Direction direction) {
      return 0;
    }
  }

  @Override
  public Opening split(Packet syn, Connection connection, SplitOptions options) {
    return open("split", connection, options);
  }

  @Override
  public Opening insert(Connection connection, SplitOptions options) {
    return open("insert", connection, options);
  }

  private Opening open(String how, Connection connection, SplitOptions options) {
    asked.add(how + " " + connection.network().port());
    this.options = options;
    if (answer == Opening.OPENED) {
      open.put(connection.id(), new One(connection, options.owner()));
    }
    return answer;
  }

  @Override
  public Opening connect(
      Packet syn, Connection connection, String owner, SideOptions vmSide, Dialer dialer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Opening acknowledge(Connection connection, LocalAcknowledgmentOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Relay of(Connection connection) {
    return open.get(connection.id());
  }

  @Override
  public Verdict taken(Packet packet) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void leaveAll(String owner) {
    asked.add("leave all of " + owner);
  }

  @Override
  public List<RelayInfo> relays(int limit) {
    return open.values().stream().map(one -> one.info).limit(limit).toList();
  }
}

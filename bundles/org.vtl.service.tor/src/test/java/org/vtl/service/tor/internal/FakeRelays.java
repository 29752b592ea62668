package org.vtl.service.tor.internal;

import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.metrics.Reason;
import org.vtl.packet.Direction;
import org.vtl.packet.Packet;
import org.vtl.service.Verdict;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.LocalAcknowledgmentOptions;
import org.vtl.tcp.Opening;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.SplitOptions;
import org.vtl.tcp.TcpRelays;

/** Relays that do nothing but note what was asked, and keep the dialer's handshake. */
final class FakeRelays implements TcpRelays {
  /** What every opening comes to. */
  Opening answer = Opening.OPENED;

  final List<One> all = new ArrayList<>();
  private final Reason taken;

  FakeRelays(Reason taken) {
    this.taken = taken;
  }

  /** One that is open. */
  static final class One implements Relay {
    final long connection;
    final String link;
    final String owner;
    final ConnectionKey key;
    final SocketAddress address;
    final DialerHandshake handshake;
    final boolean optimistic;
    State state = State.OPENING;

    One(Connection connection, String owner, Dialer dialer) {
      this.connection = connection.id();
      this.owner = owner;
      link = connection.link().name();
      address = dialer.address(connection);
      handshake = dialer.handshake(connection);
      optimistic = dialer.isOptimistic();
      key =
          new ConnectionKey(
              connection.protocol(),
              connection.vm().addressHigh(),
              connection.vm().addressLow(),
              connection.vm().port(),
              connection.network().addressHigh(),
              connection.network().addressLow(),
              connection.network().port(),
              connection.vlan());
    }

    @Override
    public Kind kind() {
      return Kind.SOCKET;
    }

    @Override
    public State state() {
      return state;
    }

    @Override
    public String owner() {
      return owner;
    }

    @Override
    public void leave() {
      throw new UnsupportedOperationException();
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

    RelayInfo info() {
      RelayInfo.Side side =
          new RelayInfo.Side("ESTABLISHED", 100, 190, 0, 0, 65536, 0, 0, 0, 0, -1, "cubic");
      return new RelayInfo(connection, link, key, kind(), state, owner, 1, side, side);
    }
  }

  /** The one opened last. */
  One last() {
    return all.getLast();
  }

  @Override
  public Opening connect(
      Packet syn, Connection connection, String owner, SideOptions vmSide, Dialer dialer) {
    if (answer == Opening.OPENED) {
      One one = new One(connection, owner, dialer);
      all.add(one);
    }
    return answer;
  }

  @Override
  public Opening split(Packet syn, Connection connection, SplitOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Opening insert(Connection connection, SplitOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Opening acknowledge(Connection connection, LocalAcknowledgmentOptions options) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Relay of(Connection connection) {
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).connection == connection.id() && all.get(i).state != Relay.State.CLOSED) {
        return all.get(i);
      }
    }
    return null;
  }

  @Override
  public Verdict taken(Packet packet) {
    return taken.drop(packet);
  }

  @Override
  public void leaveAll(String owner) {
    throw new UnsupportedOperationException("A stream ends when its ends do.");
  }

  @Override
  public List<RelayInfo> relays(int limit) {
    return all.stream()
        .filter(one -> one.state != Relay.State.CLOSED)
        .map(One::info)
        .limit(limit)
        .toList();
  }
}

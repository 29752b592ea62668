package org.vtl.tcp.testkit;

import java.net.SocketAddress;
import org.vtl.connection.Connection;
import org.vtl.connection.ConnectionKey;
import org.vtl.packet.Direction;
import org.vtl.tcp.Dialer;
import org.vtl.tcp.DialerHandshake;
import org.vtl.tcp.Relay;
import org.vtl.tcp.RelayInfo;

/** A relay of {@link FakeRelays}: who opened it and how, and a state that the test sets. */
public final class FakeRelay implements Relay {
  private static final long AGE_NANOS = 3_000_000_000L;

  private final Kind kind;
  private final long connection;
  private final String link;
  private final ConnectionKey key;
  private final SocketAddress address;
  private final DialerHandshake handshake;
  private final boolean optimistic;
  private String owner;
  private State state;

  /** One of {@code kind} in {@code connection}; {@code dialer} is null where nothing is dialed. */
  FakeRelay(Kind kind, Connection connection, String owner, Dialer dialer) {
    this.kind = kind;
    this.connection = connection.id();
    this.owner = owner;
    link = connection.link().name();
    state = dialer == null ? State.OPEN : State.OPENING;
    address = dialer == null ? null : dialer.address(connection);
    handshake = dialer == null ? null : dialer.handshake(connection);
    optimistic = dialer != null && dialer.isOptimistic();
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

  /** The number of its connection. */
  public long connection() {
    return connection;
  }

  /** Where its dialer goes; null without one. */
  public SocketAddress address() {
    return address;
  }

  /** What its dialer says first; null without one, or for nothing. */
  public DialerHandshake handshake() {
    return handshake;
  }

  /** Whether its dialer is. */
  public boolean isOptimistic() {
    return optimistic;
  }

  /** Makes it another service's. */
  public void setOwner(String owner) {
    this.owner = owner;
  }

  /** Has it be in {@code state}. */
  public void setState(State state) {
    this.state = state;
  }

  /** What is known of it: 40 bytes held, 35 of them acknowledged, where it has two endpoints. */
  RelayInfo info() {
    if (kind == Kind.SOCKET) {
      RelayInfo.Side side =
          new RelayInfo.Side("ESTABLISHED", 100, 190, 0, 0, 65536, 0, 0, 0, 0, -1, "cubic");
      return new RelayInfo(connection, link, key, kind, state, owner, 1, side, side);
    }
    return new RelayInfo(
        connection,
        link,
        key,
        kind,
        state,
        owner,
        AGE_NANOS,
        new RelayInfo.Side(
            "ESTABLISHED", 100, 190, 10, 5, 65536, 8, 0, 14600, 65535, 200_000, "cubic"),
        new RelayInfo.Side(
            "ESTABLISHED", 200, 70, 30, 30, 65536, 9, 3, 29200, 32768, 600_000_000, "bbr"));
  }

  @Override
  public Kind kind() {
    return kind;
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
    state = State.LEAVING;
  }

  @Override
  public void abort() {
    state = State.CLOSED;
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

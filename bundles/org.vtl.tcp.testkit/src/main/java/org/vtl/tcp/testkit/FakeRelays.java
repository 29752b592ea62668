package org.vtl.tcp.testkit;

import java.util.ArrayList;
import java.util.List;
import org.vtl.connection.Connection;
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

/**
 * Relays that do nothing but note what was asked.
 *
 * <pre>{@code
 * FakeRelays relays = new FakeRelays();
 * ... // a SYN to port 80, in the real engine, past the service that has them
 * assertEquals(List.of("split 80"), relays.asked());
 * }</pre>
 *
 * One test's, on its thread.
 */
public final class FakeRelays implements TcpRelays {
  private final List<String> asked = new ArrayList<>();
  private final List<FakeRelay> all = new ArrayList<>();
  private Opening answer = Opening.OPENED;
  private SplitOptions splitOptions;
  private LocalAcknowledgmentOptions acknowledgmentOptions;

  /**
   * What was asked since {@link #forget}, in order: {@code split}, {@code insert}, {@code
   * acknowledge} or {@code connect} with the peer's port, {@code leave all of OWNER}.
   */
  public List<String> asked() {
    return List.copyOf(asked);
  }

  /** Empties {@link #asked}. */
  public void forget() {
    asked.clear();
  }

  /** Every relay that was opened, in order, those that are closed with them. */
  public List<FakeRelay> all() {
    return List.copyOf(all);
  }

  /**
   * The relay opened last.
   *
   * @throws java.util.NoSuchElementException when none was
   */
  public FakeRelay last() {
    return all.getLast();
  }

  /** Has every opening come to {@code answer} from now on; {@link Opening#OPENED} until then. */
  public void setAnswer(Opening answer) {
    this.answer = answer;
  }

  /** Of the last {@link #split} or {@link #insert}; null before. */
  public SplitOptions splitOptions() {
    return splitOptions;
  }

  /** Of the last {@link #acknowledge}; null before. */
  public LocalAcknowledgmentOptions acknowledgmentOptions() {
    return acknowledgmentOptions;
  }

  // ---- what a service asks ---------------------------------------------------------------------

  @Override
  public Opening split(Packet syn, Connection connection, SplitOptions options) {
    splitOptions = options;
    return open("split", Relay.Kind.SPLIT, connection, options.owner(), null);
  }

  @Override
  public Opening insert(Connection connection, SplitOptions options) {
    splitOptions = options;
    return open("insert", Relay.Kind.SPLIT, connection, options.owner(), null);
  }

  @Override
  public Opening acknowledge(Connection connection, LocalAcknowledgmentOptions options) {
    acknowledgmentOptions = options;
    return open("acknowledge", Relay.Kind.LOCAL_ACKNOWLEDGMENT, connection, options.owner(), null);
  }

  @Override
  public Opening connect(
      Packet syn, Connection connection, String owner, SideOptions vmSide, Dialer dialer) {
    return open("connect", Relay.Kind.SOCKET, connection, owner, dialer);
  }

  private Opening open(
      String how, Relay.Kind kind, Connection connection, String owner, Dialer dialer) {
    asked.add(how + " " + connection.network().port());
    if (answer == Opening.OPENED) {
      all.add(new FakeRelay(kind, connection, owner, dialer));
    }
    return answer;
  }

  @Override
  public Relay of(Connection connection) {
    for (int i = 0; i < all.size(); i++) {
      FakeRelay relay = all.get(i);
      if (relay.connection() == connection.id() && relay.state() != Relay.State.CLOSED) {
        return relay;
      }
    }
    return null;
  }

  /** {@link Verdict#DROP}, with no reason of its own. */
  @Override
  public Verdict taken(Packet packet) {
    return Verdict.DROP;
  }

  @Override
  public void leaveAll(String owner) {
    asked.add("leave all of " + owner);
  }

  @Override
  public List<RelayInfo> relays(int limit) {
    return all.stream()
        .filter(relay -> relay.state() != Relay.State.CLOSED)
        .map(FakeRelay::info)
        .limit(limit)
        .toList();
  }
}

package org.vtl.tcp.internal.endpoint;

import java.util.Locale;
import org.vtl.testkit.ScriptCase;

/**
 * Brings an endpoint into the state a script begins in, by the segments that lead there: {@code
 * ESTABLISHED} after a handshake of one round trip in which all of the peer's options were as set.
 * The peer's TSval is 900 more than the endpoint's would be at the same time.
 */
final class NamedState {
  private final EndpointTarget target;
  private final ScriptCase.Run run;
  private final Setting setting;

  NamedState(EndpointTarget target) {
    this.target = target;
    run = target.run;
    setting = target.setting;
  }

  void enter(String state) {
    target.open();
    switch (state) {
      case "CLOSED" -> {}
      case "LISTEN" -> target.listen();
      case "SYN_SENT" -> does("$ connect");
      case "SYN_RECEIVED" -> {
        target.listen();
        does("< " + syn());
      }
      default -> {
        handshake();
        leave(state);
      }
    }
    if (!state.equals("LISTEN") && !target.endpoint.state().name().equals(state)) {
      throw new AssertionError("the endpoint is " + target.endpoint.state() + ", not " + state);
    }
  }

  private void leave(String state) {
    switch (state) {
      case "ESTABLISHED" -> {}
      case "CLOSE_WAIT" -> does("< F. 1:1(0) ack 1" + usual());
      case "LAST_ACK" -> {
        leave("CLOSE_WAIT");
        does("$ finish");
      }
      case "FIN_WAIT_1" -> does("$ finish");
      case "FIN_WAIT_2" -> {
        leave("FIN_WAIT_1");
        does("@ clock +" + setting.roundTrip);
        does("< . 1:1(0) ack 2" + usual());
      }
      case "CLOSING" -> {
        leave("FIN_WAIT_1");
        does("< F. 1:1(0) ack 1" + usual());
      }
      case "TIME_WAIT" -> {
        leave("FIN_WAIT_2");
        does("< F. 1:1(0) ack 2" + usual());
      }
      default -> throw new IllegalArgumentException("no case begins in " + state);
    }
  }

  private void handshake() {
    String wait = "@ clock +" + setting.roundTrip;
    if (setting.passive) {
      target.listen();
      does("< " + syn());
      does(wait);
      does("< . 1:1(0) ack 1" + usual());
    } else {
      does("$ connect");
      does(wait);
      String flags = setting.ecn ? "SE." : "S.";
      does("< " + flags + " 0:0(0) ack 1 win " + setting.window + options());
    }
  }

  private void does(String line) {
    run.perform(line, target);
    target.wire.claimAll();
  }

  /** Window and timestamps as the peer's segments have them after the handshake. */
  private String usual() {
    int shift = setting.windowScale < 0 ? 0 : setting.windowScale;
    return " win "
        + (setting.window >> shift)
        + (setting.timestamps ? " <nop,nop," + timestamps() + ">" : "");
  }

  private String syn() {
    return (setting.ecn ? "SEW" : "S") + " 0:0(0) win " + setting.window + options();
  }

  private String options() {
    StringBuilder text = new StringBuilder();
    if (!setting.maximumSegmentSize.equals("none")) {
      text.append(",mss ").append(setting.maximumSegmentSize);
    }
    text.append(setting.sack ? ",sackOK" : "");
    text.append(setting.timestamps ? "," + timestamps() : "");
    text.append(setting.windowScale < 0 ? "" : ",nop,wscale " + setting.windowScale);
    return text.isEmpty() ? "" : " <" + text.substring(1) + ">";
  }

  private String timestamps() {
    long value = 1000 + (target.now() - 1_000_000_000L) / 1_000_000;
    return String.format(
        Locale.ROOT, "TS val %d ecr %d", value, target.wire.timestamp() & 0xffff_ffffL);
  }
}

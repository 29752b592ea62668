package org.vtl.core.internal.connection;

import static org.vtl.core.internal.connection.EndpointState.FINISHED;

import org.vtl.connection.TcpState;
import org.vtl.packet.Seq;

/** The states of both ends (RFC 9293 figure 5), after the handshake. */
final class StateTransitions {
  private StateTransitions() {}

  /** {@code acknowledgment} of its data has passed towards {@code end}. */
  static void acknowledged(EndpointState end, int acknowledgment) {
    boolean finAcknowledged = end.is(FINISHED) && Seq.atOrAfter(acknowledgment, end.next);
    switch (end.state()) {
      case SYN_RECEIVED -> {
        if (Seq.after(acknowledgment, end.initialSequence)) {
          end.become(TcpState.ESTABLISHED);
        }
      }
      case FIN_WAIT_1 -> {
        if (finAcknowledged) {
          end.become(TcpState.FIN_WAIT_2);
        }
      }
      case CLOSING -> {
        if (finAcknowledged) {
          end.become(TcpState.TIME_WAIT);
        }
      }
      case LAST_ACK -> {
        if (finAcknowledged) {
          end.become(TcpState.CLOSED);
        }
      }
      default -> {}
    }
  }

  /** {@code sender} has sent its FIN, with {@code acknowledgment} of {@code receiver}'s data. */
  static void finished(EndpointState sender, EndpointState receiver, int acknowledgment) {
    switch (sender.state()) {
      case SYN_RECEIVED, ESTABLISHED -> sender.become(TcpState.FIN_WAIT_1);
      // The other FIN has passed here; whether it came before this one was sent, the
      // acknowledgment tells. If not, both close at once (RFC 9293 section 3.6, case 3).
      case CLOSE_WAIT ->
          sender.become(
              Seq.atOrAfter(acknowledgment, receiver.next) ? TcpState.LAST_ACK : TcpState.CLOSING);
      default -> {}
    }
    switch (receiver.state()) {
      case SYN_RECEIVED, ESTABLISHED -> receiver.become(TcpState.CLOSE_WAIT);
      case FIN_WAIT_1 -> receiver.become(TcpState.CLOSING);
      case FIN_WAIT_2 -> receiver.become(TcpState.TIME_WAIT);
      default -> {}
    }
  }
}

package org.vtl.core.internal.connection;

import org.vtl.connection.TcpState;
import org.vtl.packet.Seq;

/** The states of both ends (RFC 9293 figure 5), after the handshake. */
final class StateTransitions {
  private StateTransitions() {}

  /** {@code acknowledgment} of its data has passed towards {@code end}. */
  static void acknowledged(EndpointState end, int acknowledgment) {
    boolean finAcknowledged = end.finished && Seq.after(acknowledgment, end.finSequence);
    switch (end.state) {
      case SYN_RECEIVED -> {
        if (Seq.after(acknowledgment, end.initialSequence)) {
          end.state = TcpState.ESTABLISHED;
        }
      }
      case FIN_WAIT_1 -> {
        if (finAcknowledged) {
          end.state = TcpState.FIN_WAIT_2;
        }
      }
      case CLOSING -> {
        if (finAcknowledged) {
          end.state = TcpState.TIME_WAIT;
        }
      }
      case LAST_ACK -> {
        if (finAcknowledged) {
          end.state = TcpState.CLOSED;
        }
      }
      default -> {}
    }
  }

  /** {@code sender} has sent its FIN, with {@code acknowledgment} of {@code receiver}'s data. */
  static void finished(EndpointState sender, EndpointState receiver, int acknowledgment) {
    switch (sender.state) {
      case SYN_RECEIVED, ESTABLISHED -> sender.state = TcpState.FIN_WAIT_1;
      // The other FIN has passed here; whether it came before this one was sent, the
      // acknowledgment tells. If not, both close at once (RFC 9293 section 3.6, case 3).
      case CLOSE_WAIT ->
          sender.state =
              Seq.after(acknowledgment, receiver.finSequence)
                  ? TcpState.LAST_ACK
                  : TcpState.CLOSING;
      default -> {}
    }
    switch (receiver.state) {
      case SYN_RECEIVED, ESTABLISHED -> receiver.state = TcpState.CLOSE_WAIT;
      case FIN_WAIT_1 -> receiver.state = TcpState.CLOSING;
      case FIN_WAIT_2 -> receiver.state = TcpState.TIME_WAIT;
      default -> {}
    }
  }
}

package org.vtl.tcp.internal.relay;

import org.vtl.connection.Connection;
import org.vtl.connection.TcpState;
import org.vtl.packet.Packet;
import org.vtl.packet.TcpHeader;
import org.vtl.tcp.Opening;
import org.vtl.tcp.SideOptions;
import org.vtl.tcp.internal.congestion.CongestionControls;

/** Which connections a relay can be in. */
final class Admission {
  private static final int DECISIVE = TcpHeader.SYN | TcpHeader.ACK | TcpHeader.RST | TcpHeader.FIN;

  private Admission() {}

  /** Whether {@code syn} opens {@code connection}, and nothing but opens it. */
  static boolean isFirst(Packet syn, Connection connection) {
    return syn.isTcp()
        && !syn.isFragment()
        && (syn.tcp().flags() & DECISIVE) == TcpHeader.SYN
        && syn.payloadLength() == 0
        && syn.direction() == connection.opener()
        && !connection.isEstablished()
        && !connection.isInvalid(syn);
  }

  /**
   * Why no relay can join {@code connection}, or null: both ends speak, and the model knows how.
   */
  static Opening notLiving(Connection connection) {
    if (connection.isMidstream()) {
      return Opening.UNKNOWN_NEGOTIATION;
    }
    if (!connection.isEstablished()) {
      return Opening.UNSUITABLE;
    }
    boolean both =
        connection.vm().state() == TcpState.ESTABLISHED
            && connection.network().state() == TcpState.ESTABLISHED;
    return both ? null : Opening.ENDING;
  }

  /**
   * Says at once what would fail later.
   *
   * @throws IllegalArgumentException for a congestion control that there is not
   */
  static void check(SideOptions options) {
    CongestionControls.named(options.congestionControl());
  }
}
